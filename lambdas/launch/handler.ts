import { BrokerError } from '#core/errors.ts'
import {
  type BeginLaunchDeps,
  connectionToLaunch,
  type LaunchRequest,
  startLaunch,
} from '#core/launch/begin-launch.ts'
import type { Metrics } from '#core/metrics.ts'
import { beginOidcSignOn } from '#core/oidc/begin-sign-on.ts'
import { isOidcConnection } from '#core/registry/provider-connection.ts'
import { isLinkConnection } from '#core/signed-link/link-connection.ts'
import { toAuthorization } from '#http/accepted-sign-on.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { type HttpRequest, navigationParameters } from '#http/http-request.ts'
import { requireNavigation } from '#http/require-navigation.ts'
import { type OpenSignedLinkDeps, openSignedLink } from './open-signed-link.ts'
import { showPicker } from './show-picker.ts'
import { inFrame } from './without-cookies.ts'

/** What opening a signed link takes, beside what any launch does. */
export type LinkDeps = Omit<OpenSignedLinkDeps, keyof BeginLaunchDeps | 'metrics' | 'publicBaseUrl'>

export interface LaunchHandlerDeps extends BeginLaunchDeps {
  readonly metrics: Metrics
  readonly publicBaseUrl: string
  /** For connections whose EHR opens signed links: few do, so it is made when the first is opened. */
  readonly links: () => LinkDeps
}

/**
 * `GET`, `POST /launch/{key}`: the EHR opens this in the clinician's browser, often in a frame; or a
 * person does, to choose an organization.
 */
export function launchHandler({ links, ...deps }: LaunchHandlerDeps): HttpHandler {
  return async (request) => {
    requireNavigation(request)
    const key = request.pathParameters?.['key'] ?? ''
    const connection = await deps.registry.findSignOnConnection(key)
    if (connection && isLinkConnection(connection)) {
      return openSignedLink(request, connection, { ...deps, ...links() })
    }
    if (!connection) {
      const picker = await showPicker(key, request, deps)
      if (picker) return picker
    }
    const asked = launchRequest(key, request)
    if (connection && isOidcConnection(connection)) {
      return toAuthorization(request, await beginOidcSignOn(connection, asked, deps))
    }
    const toLaunch = await connectionToLaunch(asked, deps.registry)
    const { answer, weakBinding } = await inFrame(request, toLaunch, asked, deps)
    if (answer) return answer
    const { iss, launch } = asked
    const start = { iss, launch, ...(weakBinding && { weakBinding }) }
    return toAuthorization(request, await startLaunch(toLaunch, start, deps))
  }
}

/** Each parameter once at most (SM-05), and not empty; which there must be, the launch says. */
function launchRequest(key: string, request: HttpRequest): LaunchRequest {
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
    key,
    ...(iss !== undefined && { iss }),
    ...(launch !== undefined && { launch }),
  }
}
