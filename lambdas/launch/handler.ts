import { BrokerError } from '#core/errors.ts'
import { type BeginLaunchDeps, beginLaunch, type LaunchRequest } from '#core/launch/begin-launch.ts'
import { bindingCookie, clearBindingCookie, surplusCookies } from '#core/launch/browser-binding.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { cookies, type HttpRequest, navigationParameters } from '#http/http-request.ts'
import { authorizationPage } from '#http/pages/authorization-page.ts'
import { requireNavigation } from '#http/require-navigation.ts'

/** `GET`, `POST /launch/{key}`: the EHR opens this in the clinician's browser, often in a frame. */
export function launchHandler(deps: BeginLaunchDeps): HttpHandler {
  return async (request) => {
    requireNavigation(request)
    const { url, form, binding } = await beginLaunch(launchRequest(request), deps)
    const setCookies = [
      bindingCookie(binding),
      ...surplusCookies(cookies(request)).map(clearBindingCookie),
    ]
    if (form) return authorizationPage({ ...form, cookies: setCookies })

    return {
      statusCode: 303,
      headers: {
        location: url.href,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      },
      multiValueHeaders: { 'set-cookie': setCookies },
      body: '',
    }
  }
}

/** Each parameter once at most (SM-05), and not empty; which there must be, the launch says. */
function launchRequest(request: HttpRequest): LaunchRequest {
  const parameters = navigationParameters(request)
  const single = (parameter: string) => {
    const [value, another] = parameters.getAll(parameter)
    if (value === undefined || (value && another === undefined)) return value
    throw new BrokerError('launch_parameter_invalid', {
      hint: `The parameter at fault is ${parameter}.`,
      detail: { parameter, reason: another === undefined ? 'missing' : 'repeated' },
    })
  }
  const iss = single('iss')
  const launch = single('launch')
  return {
    key: request.pathParameters?.['key'] ?? '',
    ...(iss !== undefined && { iss }),
    ...(launch !== undefined && { launch }),
  }
}
