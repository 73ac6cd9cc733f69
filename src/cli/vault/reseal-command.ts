import { dynamodbSealedSessions } from '#adapters/dynamodb/sealed-sessions.ts'
import { readKeyArns } from '#adapters/environment.ts'
import { sealingKeyOf } from '#adapters/kms/sealing-key-of.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { reseal } from './reseal.ts'

/** `sallyport vault reseal`: puts every session's tokens under the newest sealing key. */
export async function resealCommand(options: CliOptions, context: CliContext): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const keyArns = readKeyArns(requireOutput(outputs, OUTPUTS.sealingKeyArns))
  const { resealed, upToDate, over, busy, unopened } = await reseal({
    sessions: dynamodbSealedSessions({
      documents: context.documents(),
      tableName: requireOutput(outputs, OUTPUTS.sessionsTableName),
    }),
    vault: kmsTokenVault({ kms: context.kms(), keyArns }),
    sealingKeyOf,
    newestKeyArn: keyArns[0],
    now: Math.floor(context.now() / 1000),
  })

  context.write(`${resealed} sessions sealed under ${keyArns[0]}, ${upToDate} were before.`)
  if (over > 0) context.write(`${over} are over, and were left.`)
  if (busy > 0) context.writeError(`${busy} were being renewed. Give the command again.`)
  for (const key of unopened) {
    context.writeError(
      `${key}: its tokens do not open. Is the key that sealed them still among sealingKeys? If so, end the session; its person has to launch again.`,
    )
  }
  return busy + unopened.length === 0 ? 0 : 1
}
