import { type IssueAppTokenDeps, issueAppToken } from '#core/app-token/issue-app-token.ts'
import { tokenRequest } from '#core/app-token/token-request.ts'
import { BrokerError } from '#core/errors.ts'
import type { Signer } from '#core/signer.ts'
import type { HttpHandler, HttpResponse } from '#http/http-handler.ts'
import { formParameters, type HttpRequest, headerValues } from '#http/http-request.ts'

/** As long as we keep a key set of others: a key is published longer than this before it signs. */
const JWKS_MAX_AGE_SECONDS = 600

/** The members of a public key of each kind, and no others: whatever else a key has is not published. */
const PUBLISHED_MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'] as const

export interface TokenHandlerDeps extends IssueAppTokenDeps {
  /** The `assertions` keys: EHRs check our client assertions with them, whichever signed. */
  readonly assertions: readonly Signer[]
  /** The `messages` keys: apps check SSO messages with them. */
  readonly messages: readonly Signer[]
}

/** `POST /auth/token`, `POST /v2/auth/token`, `GET /.well-known/jwks.json` and `…/messages-jwks.json`. */
export function tokenHandler(deps: TokenHandlerDeps): HttpHandler {
  return async (request) => {
    switch (request.resource) {
      case '/auth/token':
      case '/v2/auth/token':
        return issue(request, deps)
      case '/.well-known/jwks.json':
        return publish(deps.assertions)
      // A set of their own: an EHR takes what a key of its set signs for the app's client assertion.
      case '/.well-known/messages-jwks.json':
        return publish(deps.messages)
      default:
        throw new BrokerError('internal_error', { detail: { reason: 'route_unknown' } })
    }
  }
}

async function issue(request: HttpRequest, deps: IssueAppTokenDeps): Promise<HttpResponse> {
  const hasAuthorization = headerValues(request, 'authorization').length > 0
  const answer = await issueAppToken(tokenRequest(formParameters(request), hasAuthorization), deps)
  return {
    statusCode: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
    },
    body: JSON.stringify(answer),
  }
}

async function publish(signers: readonly Signer[]): Promise<HttpResponse> {
  const keys = await Promise.all(signers.map((key) => key.publicJwk()))
  const published = keys.map((key) =>
    Object.fromEntries(PUBLISHED_MEMBERS.map((member) => [member, key[member]])),
  )
  return {
    statusCode: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': `public, max-age=${JWKS_MAX_AGE_SECONDS}`,
    },
    body: JSON.stringify({ keys: published }),
  }
}
