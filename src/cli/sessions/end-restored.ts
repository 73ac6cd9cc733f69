import { dynamodbRestoredSessions } from '#adapters/dynamodb/restored-sessions.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { openSessions, withEach } from './open-sessions.ts'

/**
 * `sallyport sessions end-restored <table>`: ends the sessions of a restored copy of the Sessions table.
 *
 * What was restored is of another time. Since then a session may have been ended, and its refresh token
 * may have been used up: to present it would be taken for theft. So none of them is brought back to
 * life; each gets a row that is ending, by which the refresher revokes what the EHR still holds good.
 */
export async function endRestoredCommand(
  copyName: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const tableName = requireOutput(outputs, OUTPUTS.sessionsTableName)
  if (copyName === tableName) {
    throw new CliError(
      'That is the table that the stack uses. Name the restored copy of it; to end all that is in the table: sallyport sessions end-all --every-connection',
      2,
    )
  }
  const restored = dynamodbRestoredSessions({
    documents: context.documents(),
    copyName,
    tableName,
    now: () => Math.floor(context.now() / 1000),
  })
  const { tellEnd } = openSessions(options, context)
  let [ended, left] = [0, 0]
  await withEach(restored.all(), async (session) => {
    if (await restored.putEnding(session)) {
      ended += 1
      await tellEnd(session)
    } else left += 1
  })

  context.write(`${copyName}: ${ended} sessions ended.`)
  if (left > 0) context.write(`${left} are in the stack’s own table, and were left as they are.`)
  return 0
}
