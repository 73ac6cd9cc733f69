import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { Secret } from '#core/secret.ts'

/** Searches over long histories take their time; the body may then take longer still. */
const HEAD_TIMEOUT_MS = 60_000

/**
 * Sends a read or a search and answers its head, the body still open.
 *
 * Safe to repeat, so it is: once when the connection broke before the head came, and once with a
 * renewed token when the EHR no longer takes the one it was sent with.
 *
 * @param accessToken the token to send; with `refused`, another one than that
 * @throws BrokerError `session_over` when the renewed token is refused as well; what the egress throws
 */
export async function sendUpstream(
  url: URL,
  initWith: (accessToken: Secret) => RequestInit,
  {
    egress,
    accessToken,
  }: {
    readonly egress: Egress
    readonly accessToken: (options?: { readonly refused: Secret }) => Promise<Secret>
  },
): Promise<Response> {
  const limits = { stream: true, keepAlive: true, hosts: [url.host], timeoutMs: HEAD_TIMEOUT_MS }
  const send = async (token: Secret) => {
    const init = initWith(token)
    try {
      return await egress(url, init, limits)
    } catch (error) {
      if (BrokerError.from(error).code !== 'upstream_interrupted') throw error
      return egress(url, init, { ...limits, keepAlive: false })
    }
  }

  const token = await accessToken()
  const first = await send(token)
  if (first.status !== 401) return first
  await first.body?.cancel()

  const second = await send(await accessToken({ refused: token }))
  if (second.status !== 401) return second
  await second.body?.cancel()
  throw new BrokerError('session_over', { detail: { reason: 'upstream_401', host: url.host } })
}
