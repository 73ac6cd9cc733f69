import { BrokerError } from '#core/errors.ts'
import { backChannelLogOut, frontChannelLogOut, type LogOutDeps } from '#core/logout/log-out.ts'
import type { HttpHandler } from '#http/http-handler.ts'
import { formParameters, queryParameters } from '#http/http-request.ts'
import { signedOffPage } from '#http/pages/signed-off-page.ts'

const NO_STORE = { 'cache-control': 'no-store' } as const

/** `POST`, `GET /logout/{connection}`: an OpenID provider says that a person has signed off. */
export function logoutHandler(deps: LogOutDeps): HttpHandler {
  return async (request) => {
    const connection = request.pathParameters?.['connection'] ?? ''
    switch (request.httpMethod) {
      case 'POST':
        await backChannelLogOut(connection, formParameters(request).get('logout_token'), deps)
        return { statusCode: 200, headers: NO_STORE, body: '' }
      case 'GET': {
        const query = queryParameters(request)
        const said = { iss: query.get('iss'), sid: query.get('sid') }
        await frontChannelLogOut(connection, said, deps)
        return signedOffPage()
      }
      default:
        throw new BrokerError('request_method_invalid', { allow: ['GET', 'POST'] })
    }
  }
}
