import { BrokerError } from '#core/errors.ts'

/** What is known of an exchange when it failed. */
export interface FailedExchange {
  readonly sent: boolean
  readonly timedOut: boolean
  readonly host: string
}

/**
 * The error for a failed exchange. What was surely never sent is `upstream_unavailable`, a time-out
 * while connecting too: that tells whoever presents a refresh token that it is still good.
 */
export function upstreamError(
  thrown: unknown,
  { sent, timedOut, host }: FailedExchange,
): BrokerError {
  if (thrown instanceof BrokerError) {
    return new BrokerError(thrown.code, { detail: { ...thrown.detail, host } })
  }
  const reason = timedOut ? 'timeout' : errorCode(thrown)
  const code = timedOut ? 'upstream_timeout' : 'upstream_interrupted'
  return new BrokerError(sent ? code : 'upstream_unavailable', { detail: { host, reason } })
}

/** Node's code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`); never a message, which may quote the URL. */
function errorCode(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown'
}
