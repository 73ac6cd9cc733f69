import { BrokerError } from '#core/errors.ts'
import type { SsoDestination } from '#core/registry/registry.ts'

/** What the app wants: the browser at an address of its own, its HTML shown, or nothing at all. */
export type SsoAnswer =
  | { readonly location: URL; readonly isPage?: never }
  | { readonly isPage: true; readonly location?: never }
  | { readonly location?: never; readonly isPage?: never }

/** Whether an answer is HTML that a browser reads as UTF-8, which is how it is shown. */
const HTML = /^text\/html\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

export interface JudgeOptions {
  /** Plain http to a loopback host; only where the whole stack is held to loopback. */
  readonly allowLoopbackHttp: boolean
}

/** An absolute address. No spaces, no backslashes: parsers do not agree on them. */
const ABSOLUTE = /^https?:\/\/[^\s\\\p{Cc}]+$/iu

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Judges what an app answered to the SSO message: a 302 or 303 to an origin that it registered, or
 * 204; and HTML with 200, where the app is registered to have that shown.
 *
 * @throws BrokerError `sso_redirect_refused` for an address elsewhere, `sso_destination_refused` for
 * any other answer
 * @see [RFC 9700 §4.11](https://www.rfc-editor.org/rfc/rfc9700.html#section-4.11) on open redirectors
 */
export function judgeAnswer(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  destination: SsoDestination,
  options: JudgeOptions,
): SsoAnswer {
  if (status === 204) return {}
  if (status === 200 && destination.showsHtml) {
    if (HTML.test(headers.get('content-type') ?? '')) return { isPage: true }
    throw new BrokerError('sso_destination_refused', { detail: { status, reason: 'not_html' } })
  }
  if (status !== 302 && status !== 303) {
    throw new BrokerError('sso_destination_refused', { detail: { status } })
  }
  return { location: registeredLocation(headers.get('location') ?? '', destination, options) }
}

/** The address parsed, once: what is sent on is what was judged, and not what the app wrote. */
function registeredLocation(
  location: string,
  { redirectOrigins }: SsoDestination,
  { allowLoopbackHttp }: JudgeOptions,
): URL {
  if (!ABSOLUTE.test(location) || !URL.canParse(location)) throw refused('not_absolute')
  const url = new URL(location)

  if (url.username || url.password) throw refused('userinfo')
  const secure = url.protocol === 'https:' || (allowLoopbackHttp && LOOPBACK.test(url.hostname))
  if (!secure) throw refused('scheme')
  if (!redirectOrigins.includes(url.origin)) throw refused('origin')
  return url
}

function refused(reason: string): BrokerError {
  return new BrokerError('sso_redirect_refused', { detail: { reason } })
}
