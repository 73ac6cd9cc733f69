import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'

/** The query parameter that names the session: Redox's contract. Never sent upstream. */
export const SESSION_PARAMETER = '_redox_session'

/**
 * The SessionID that a request names. Equal repeats are one: a client that sets the parameter by
 * itself repeats it on a page's link, which has it already.
 *
 * @throws BrokerError `session_missing`, `session_conflict`
 */
export function sessionIdOf(query: URLSearchParams): Secret {
  const named = new Set(query.getAll(SESSION_PARAMETER).filter((value) => value !== ''))
  const [sessionId, ...others] = named
  if (sessionId === undefined) throw new BrokerError('session_missing')
  if (others.length > 0) throw new BrokerError('session_conflict')
  return new Secret(sessionId)
}
