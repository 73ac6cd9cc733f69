import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import type { SecretKind } from '#core/registry/check-secrets.ts'
import type { CliContext, CliOptions, ExitCode } from './cli-context.ts'
import { CliError } from './cli-error.ts'
import { secretName } from './secret-finder.ts'
import { requireStackOutputs } from './stack-outputs.ts'

const PREVIOUS = 'AWSPREVIOUS'

/**
 * `sallyport secret retire client|sso|webhook|link <ref>`: takes the secret before the newest out of
 * use. Secrets Manager deletes a version that no stage names. It reads neither.
 */
export async function retireSecretCommand(
  kind: SecretKind,
  ref: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const SecretId = secretName(kind, ref, requireStackOutputs(context.cwd, options))
  const client = context.secrets()
  const { VersionIdsToStages = {} } = await client
    .send(new DescribeSecretCommand({ SecretId }))
    .catch((error: unknown) => {
      if (!(error instanceof ResourceNotFoundException)) throw error
      throw new CliError(`The stack has no secret ${SecretId}.`)
    })
  const previous = Object.entries(VersionIdsToStages).find(([, stages]) =>
    stages.includes(PREVIOUS),
  )
  if (!previous) {
    context.write(`${SecretId}: there is the newest only.`)
    return 0
  }
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: PREVIOUS,
      RemoveFromVersionId: previous[0],
    }),
  )
  context.write(
    `${SecretId}: the one before the newest is retired. Running functions follow within five minutes.`,
  )
  return 0
}
