import { presentedHashes, weakBinding } from '#core/launch/browser-binding.ts'
import { cookies, type HttpRequest, header } from './http-request.ts'

/** What a browser says that a page is loaded into, where that is a part of another page. */
const FRAMES = ['iframe', 'frame', 'object', 'embed']

/** Whether the browser says that this request is for a frame in another page. */
export function isInFrame(request: HttpRequest): boolean {
  return FRAMES.includes(header(request, 'sec-fetch-dest') ?? '')
}

/**
 * Hashes of what a browser presents to go on with a launch: its launch cookies; or, of a navigation in
 * a frame that led here from a page, what a browser without cookies is known by. That one opens only
 * launches that were bound so.
 *
 * @see [Fetch Metadata Request Headers](https://www.w3.org/TR/fetch-metadata/)
 */
export function presentedBindings(request: HttpRequest): readonly string[] {
  const hashes = presentedHashes(cookies(request))
  return hashes.length === 0 && isLedHereInFrame(request)
    ? [weakBindingOf(request).cookieHash]
    : hashes
}

/** What stands for a cookie in a browser that keeps none. */
export function weakBindingOf(request: HttpRequest) {
  return weakBinding(header(request, 'user-agent') ?? '')
}

/** All of it must be said: this is what such a launch has in place of its cookie. */
function isLedHereInFrame(request: HttpRequest): boolean {
  const site = header(request, 'sec-fetch-site')
  return (
    isInFrame(request) &&
    header(request, 'sec-fetch-mode') === 'navigate' &&
    site !== undefined &&
    site !== 'none'
  )
}
