import { BrokerError } from '#core/errors.ts'
import { type HttpRequest, header } from './http-request.ts'

/**
 * Lets only navigations through, where the browser says what it is doing: a script or an image of
 * another page cannot start or finish a launch.
 *
 * @throws BrokerError `navigation_required`
 * @see [Fetch Metadata Request Headers](https://www.w3.org/TR/fetch-metadata/)
 */
export function requireNavigation(request: HttpRequest): void {
  const mode = header(request, 'sec-fetch-mode')
  if (mode !== undefined && mode !== 'navigate') throw new BrokerError('navigation_required')
}
