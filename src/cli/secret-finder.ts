import { DescribeSecretCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager'
import { OUTPUTS } from '#contract/outputs.ts'
import type { HasSecret, SecretKind } from '#core/registry/check-secrets.ts'
import type { CliContext } from './cli-context.ts'
import { requireOutput, type StackOutputs } from './stack-outputs.ts'

const PREFIXES = {
  client: OUTPUTS.clientSecretsPrefix,
  sso: OUTPUTS.ssoSecretsPrefix,
  webhook: OUTPUTS.webhookSecretsPrefix,
  link: OUTPUTS.linkSecretsPrefix,
} as const satisfies Record<SecretKind, string>

/** Whether a word names a kind of secret. */
export function isSecretKind(word: string | undefined): word is SecretKind {
  return word !== undefined && Object.hasOwn(PREFIXES, word)
}

/** What Secrets Manager calls a secret that the registry names. */
export function secretName(kind: SecretKind, ref: string, outputs: StackOutputs): string {
  return requireOutput(outputs, PREFIXES[kind]) + ref
}

/** Looks for a stack's secrets, without reading one. One that waits for its deletion is gone. */
export function secretFinder(outputs: StackOutputs, context: CliContext): HasSecret {
  const client = context.secrets()
  return async (kind, ref) => {
    const SecretId = secretName(kind, ref, outputs)
    try {
      const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }))
      return DeletedDate === undefined
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false
      throw error
    }
  }
}
