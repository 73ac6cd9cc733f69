import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from './session-id.ts'

/** The query parameter that names the session: Redox's contract. Never sent upstream. */
export const SESSION_PARAMETER = '_redox_session'

/** The header that names the session, in lower case. Never sent upstream. */
export const SESSION_HEADER = 'x-sallyport-session'

/** Where a request may name its session. */
export interface SessionNames {
  readonly query: URLSearchParams
  /** The values of {@link SESSION_HEADER}. */
  readonly header: readonly string[]
  /** The session's key, from an access token that is bound to one. */
  readonly boundTo?: string | undefined
}

/** The one session that a request names. */
export interface NamedSession {
  /** The key of its row. */
  readonly key: string
  /** The access token is bound to it: when the session is over, the token is. */
  readonly isBound: boolean
  /** The SessionID, if it came in the query: links then have it too. */
  readonly inQuery?: Secret
}

/**
 * The session that a request names: in the query, in the header, or by a session-bound token. Each
 * is enough, and equal ones are one: a client that sets the parameter by itself repeats it on a
 * page's link, which has it already.
 *
 * @throws BrokerError `session_missing`, `session_conflict`
 */
export function namedSession({ query, header, boundTo }: SessionNames): NamedSession {
  const inQuery = query.getAll(SESSION_PARAMETER)
  const sessionIds = [...inQuery, ...header].filter(Boolean)
  if (sessionIds.length === 0 && boundTo !== undefined) return { key: boundTo, isBound: true }
  const [key, ...others] = new Set([
    ...(boundTo === undefined ? [] : [boundTo]),
    ...sessionIds.map((sessionId) => sessionKey(new Secret(sessionId))),
  ])

  if (key === undefined) throw new BrokerError('session_missing')
  if (others.length > 0) throw new BrokerError('session_conflict')
  const first = inQuery.find(Boolean)
  return {
    key,
    isBound: boundTo !== undefined,
    ...(first !== undefined && { inQuery: new Secret(first) }),
  }
}
