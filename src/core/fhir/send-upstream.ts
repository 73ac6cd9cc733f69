import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'

/** Searches over long histories take their time; the body may then take longer still. */
const HEAD_TIMEOUT_MS = 60_000

export interface SendUpstreamDeps {
  readonly egress: Egress
  readonly tokens: AccessTokens
  readonly session: Session
  /** Not to be repeated once it may have arrived. */
  readonly isWrite: boolean
  /** Told when the EHR refuses a token that was just renewed, before that is thrown. */
  readonly renewedTokenRefused: (session: Session) => Promise<void>
  /** What is left of the invocation, in milliseconds. */
  readonly remainingMs: () => number
}

/**
 * Sends a request with the session's access token, and answers its head, the body still open.
 *
 * A read or a search is repeated once when the connection broke before the head came. A write is
 * not, as it may have been done, and goes on a fresh connection, so that none breaks which the EHR
 * had given up before. Either is repeated once with a renewed token after a 401, which says that
 * nothing was done.
 *
 * @throws BrokerError `session_over` when a renewed token is refused as well, or there is none; what
 * the egress and the vault throw
 */
export async function sendUpstream(
  url: URL,
  initWith: (accessToken: Secret) => RequestInit,
  { egress, tokens, session, isWrite, renewedTokenRefused, remainingMs }: SendUpstreamDeps,
): Promise<Response> {
  const limits = {
    stream: true,
    keepAlive: !isWrite,
    hosts: [url.host],
    timeoutMs: HEAD_TIMEOUT_MS,
  }
  const send = async (accessToken: Secret) => {
    const init = initWith(accessToken)
    try {
      return await egress(url, init, limits)
    } catch (error) {
      if (isWrite || BrokerError.from(error).code !== 'upstream_interrupted') throw error
      return egress(url, init, { ...limits, keepAlive: false })
    }
  }

  const current = await tokens.freshAccessToken(session, { remainingMs })
  const first = await send(current.accessToken)
  if (first.status !== 401) return first
  await first.body?.cancel()

  const { accessToken: rejected } = current
  const renewed = await tokens.freshAccessToken(current.session, { rejected, remainingMs })
  if (renewed.accessToken.reveal() !== rejected.reveal()) {
    const second = await send(renewed.accessToken)
    if (second.status !== 401) return second
    await second.body?.cancel()
    await renewedTokenRefused(renewed.session)
  }
  throw new BrokerError('session_over', {
    detail: { connection: session.connection, reason: 'upstream_401', host: url.host },
  })
}
