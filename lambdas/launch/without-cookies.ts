import type { LaunchRequest } from '#core/launch/begin-launch.ts'
import { keepsCookies, probeCookie } from '#core/launch/browser-binding.ts'
import type { BrowserBinding } from '#core/launch/one-time-store.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import { cookies, type HttpRequest, navigationParameters } from '#http/http-request.ts'
import { newWindowPage } from '#http/pages/new-window-page.ts'
import { isInFrame, weakBindingOf } from '#http/presented-bindings.ts'

/** Marks the second request of one launch, which would have a cookie by now. */
const PROBED = 'cookies'

export interface WithoutCookiesDeps {
  readonly registry: Registry
  readonly metrics: Metrics
  readonly publicBaseUrl: string
}

/** Another answer than the launch, or what binds it; nothing where there are cookies. */
interface FrameLaunch {
  readonly answer?: HttpResponse
  readonly weakBinding?: BrowserBinding
}

/**
 * What becomes of a launch in a frame. Some browsers keep no cookie there, not even a partitioned one,
 * and it would fail only when the person has authorized it: so the browser is first sent here once more
 * with a cookie, and if that does not come back, the connection's policy decides.
 */
export async function inFrame(
  request: HttpRequest,
  connection: Connection,
  asked: LaunchRequest,
  { registry, metrics, publicBaseUrl }: WithoutCookiesDeps,
): Promise<FrameLaunch> {
  if (!isInFrame(request) || keepsCookies(cookies(request))) return {}

  const again = launchUrl(asked, publicBaseUrl)
  if (!navigationParameters(request).has(PROBED)) {
    again.searchParams.set(PROBED, 'asked')
    return { answer: probing(again) }
  }
  const outcome = connection.withoutCookies ?? 'new-window'
  metrics.add({ name: 'FramesWithoutCookies', connection: connection.id, outcome })
  if (outcome === 'weaker-binding') return { weakBinding: weakBindingOf(request) }

  const app = await registry.findApp(connection.app)
  const { frameAncestors } = connection
  return {
    answer: newWindowPage({
      appName: app?.name ?? connection.app,
      launchUrl: again.href,
      ...(frameAncestors && { frameAncestors }),
    }),
  }
}

/** The launch as it was asked for, at our own address. */
function launchUrl({ key, iss, launch }: LaunchRequest, publicBaseUrl: string): URL {
  const url = new URL(`${publicBaseUrl}/launch/${key}`)
  if (iss !== undefined) url.searchParams.set('iss', iss)
  if (launch !== undefined) url.searchParams.set('launch', launch)
  return url
}

function probing(again: URL): HttpResponse {
  return {
    statusCode: 303,
    headers: {
      location: again.href,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
    multiValueHeaders: { 'set-cookie': [probeCookie()] },
    body: '',
  }
}
