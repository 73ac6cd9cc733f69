import { dynamodbSessionDirectory } from '#adapters/dynamodb/session-directory.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { sessionKeyOf } from '#cli/sessions/find-session.ts'
import { sinceMilliseconds } from '#cli/since.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { logSearch } from '#cli/why/log-search.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { auditLine } from './audit-line.ts'

/** Where in an audit record stands what a search is by. */
const MEMBERS = {
  session: 'agent[1].who.identifier.value',
  app: 'agent[0].who.identifier.value',
  connection: 'source.site',
} as const

/** What the audit records are searched by. */
export type AuditedBy = keyof typeof MEMBERS

export function isAuditedBy(word: string | undefined): word is AuditedBy {
  return word !== undefined && Object.hasOwn(MEMBERS, word)
}

/** Of an app or a connection; it becomes part of a search pattern. */
const ID = /^[\w-]{1,64}$/

/**
 * `sallyport audit session|app|connection <name>`: every request that was made with it, from the audit
 * records. They say whose data was read, and so does this command.
 */
export async function auditCommand(
  by: AuditedBy,
  name: string,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const since = options.since ?? '24h'
  const from = context.now() - sinceMilliseconds(since)
  const search = logSearch(
    context.logs(),
    [requireOutput(outputs, OUTPUTS.auditLogGroupName)],
    Number.POSITIVE_INFINITY,
  )
  const directory = () =>
    dynamodbSessionDirectory({
      documents: context.documents(),
      tableName: requireOutput(outputs, OUTPUTS.sessionsTableName),
    })
  const value = by === 'session' ? await sessionKeyOf(name, directory, context) : name
  if (!ID.test(value)) throw new CliError(`That is no id of ${by === 'app' ? 'an' : 'a'} ${by}.`, 2)

  const found = await search({ members: [MEMBERS[by]], value, from })
  if (options.json) {
    const records = found.map(({ message }) => JSON.parse(message))
    context.write(JSON.stringify(records, undefined, 2))
    return 0
  }
  for (const { message } of found) context.write(auditLine(message))
  context.write(`${found.length} requests in the last ${since}.`)
  return 0
}
