import type { ListedSession, SessionDirectory } from '#adapters/dynamodb/session-directory.ts'
import type { CliContext } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'

/** SHA-256 in base64url. */
const KEY_LENGTH = 43

/**
 * The one session that an operator names: by its key, by enough of the key's beginning, or, as `-`,
 * by the SessionID on standard input, so that no SessionID gets into a shell's history.
 *
 * Says nothing of what was typed: it may be a SessionID all the same.
 *
 * @throws CliError where there is none, or more than one
 */
export async function findSession(
  name: string,
  directory: SessionDirectory,
  { readInput }: Pick<CliContext, 'readInput'>,
): Promise<ListedSession> {
  if (name === '-') {
    const found = await directory.read(await givenSessionId(readInput))
    if (!found) throw new CliError('There is no session of that SessionID: unknown, or long over.')
    return found
  }
  if (!/^[\w-]{8,43}$/.test(name)) {
    throw new CliError(
      'That is no session’s key: 8 to 43 characters, as "sessions list" has it.',
      2,
    )
  }

  const found =
    name.length === KEY_LENGTH
      ? [await directory.read(name)].filter((session) => session !== undefined)
      : await directory.findByPrefix(name)
  const [session, another] = found
  if (another)
    throw new CliError(`${found.length} sessions have keys that begin so. Say more of it.`)
  if (session) return session
  throw new CliError(
    'There is no session of that key. A SessionID is no key: send it to standard input, and name the session "-".',
  )
}

/**
 * The key of a session that is named so; it may be gone, where a SessionID or the whole key names it.
 *
 * @throws CliError as {@link findSession}
 */
export async function sessionKeyOf(
  name: string,
  directory: () => SessionDirectory,
  context: Pick<CliContext, 'readInput'>,
): Promise<string> {
  if (name === '-') return givenSessionId(context.readInput)
  if (name.length === KEY_LENGTH && /^[\w-]+$/.test(name)) return name
  return (await findSession(name, directory(), context)).id
}

/** The key of the SessionID on standard input. */
async function givenSessionId(readInput: CliContext['readInput']): Promise<string> {
  const sessionId = (await readInput())?.trim()
  if (!sessionId) throw new CliError('Send the SessionID to standard input: … | sallyport …', 2)
  return sessionKey(new Secret(sessionId))
}
