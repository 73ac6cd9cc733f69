import type { OpenAnswer, StreamingEgress, StreamingRequest } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { DpopProofs } from '#core/oauth/dpop-proofs.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'

/** Searches over long histories take their time; the body may then take longer still. */
const HEAD_TIMEOUT_MS = 60_000
const CONNECT_TIMEOUT_MS = 5_000
/** Kept of the invocation's time for telling the app that the EHR took too long. */
const LAST_WORDS_MS = 1_000

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]

export interface SendUpstreamDeps {
  readonly egress: StreamingEgress
  readonly tokens: AccessTokens
  readonly session: Session
  /** Changes nothing at the EHR, so it may be sent again when nobody knows whether it arrived. */
  readonly mayRepeat: boolean
  /** The body is passed on as the EHR sends it, compressed if it is. */
  readonly isOpaque: boolean
  /** Where a redirect leads, if it may be followed: on the FHIR base. */
  readonly redirectTarget: (location: string) => URL | undefined
  /** Told when the EHR refuses a token that was just renewed, before that is thrown. */
  readonly renewedTokenRefused: (session: Session) => Promise<void>
  /** For tokens that are bound to a key. */
  readonly proofs: DpopProofs
  /** What is left of the invocation, in milliseconds. */
  readonly remainingMs: () => number
}

/**
 * Sends a request with the session's access token, and answers its head, the body still open.
 *
 * What changes nothing is repeated once when the connection broke before the head came. A change is
 * not, as it may have been done, and goes on a fresh connection, so that none breaks which the EHR
 * had given up before. Either is repeated once with a renewed token after a 401, which says that
 * nothing was done. A redirect of a GET is followed once, within the FHIR base. A token that is bound to
 * a key is proven in each request (RFC 9449).
 *
 * @throws BrokerError `session_over`, of the connection's own access `system_access_refused`, when a
 * renewed token is refused as well, or there is none; what the egress and the vault throw
 */
export async function sendUpstream(
  url: URL,
  requestWith: (accessToken: Secret) => StreamingRequest,
  deps: SendUpstreamDeps,
): Promise<OpenAnswer> {
  const { egress, tokens, session, mayRepeat, isOpaque, renewedTokenRefused, remainingMs } = deps
  const { proofs } = deps

  const sendTo = async (target: URL, accessToken: Secret) => {
    const plain = requestWith(accessToken)
    const proof = proofs.atResource(accessToken, plain.method, target)
    const request = proof ? { ...plain, headers: { ...plain.headers, ...proof } } : plain
    const sendOnce = (keepAlive: boolean) =>
      egress(target, request, {
        keepAlive,
        isOpaque,
        hosts: [target.host],
        timeoutMs: Math.max(1, Math.min(HEAD_TIMEOUT_MS, remainingMs() - LAST_WORDS_MS)),
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      })
    try {
      return await sendOnce(mayRepeat)
    } catch (error) {
      if (!mayRepeat || BrokerError.from(error).code !== 'upstream_interrupted') throw error
      return sendOnce(false)
    }
  }
  /** Once more where the server wants its nonce in the proof: nothing was done for want of it. */
  const sendProven = async (target: URL, accessToken: Secret) => {
    const answer = await sendTo(target, accessToken)
    if (!proofs.heed(target, answer)) return answer
    await answer.body?.cancel()
    return sendTo(target, accessToken)
  }
  const send = async (accessToken: Secret) => {
    const answer = await sendProven(url, accessToken)
    if (!REDIRECTS.includes(answer.status)) return answer
    const location = answer.headers.get('location')
    const isGet = ['GET', 'HEAD'].includes(requestWith(accessToken).method)
    const target = location && isGet ? deps.redirectTarget(location) : undefined
    if (!target) return answer
    await answer.body?.cancel()
    return sendProven(target, accessToken)
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
    // No person could grant anew what is the connection's own.
    if (session.authority !== 'system') await renewedTokenRefused(renewed.session)
  }
  // A launch brings the person's access anew, and not the app's own.
  throw new BrokerError(session.authority === 'system' ? 'system_access_refused' : 'session_over', {
    detail: { connection: session.connection, reason: 'upstream_401', host: url.host },
  })
}
