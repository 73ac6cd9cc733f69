import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Signer } from '#core/signer.ts'
import { appScope } from './app-scope.ts'
import type { TokenRequest } from './token-request.ts'
import { type VerifyClientAssertionDeps, verifyClientAssertion } from './verify-client-assertion.ts'

/** The longest that SMART recommends for a Backend Services token (BK-16). */
const TOKEN_LIFETIME_SECONDS = 300

export interface IssueAppTokenDeps extends VerifyClientAssertionDeps {
  /** The `tokens` key. */
  readonly signer: Signer
  readonly publicBaseUrl: string
  readonly log: EventLog
}

/** The answer of the token endpoint, by its wire names (RFC 6749 §5.1). */
export interface AppTokenResponse {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
}

/**
 * Gives an app's server an access token for the API door, five minutes long.
 *
 * The token says which app calls, and nothing of any session.
 *
 * @throws BrokerError `client_assertion_invalid`, `client_keys_unavailable`, `client_scope_invalid`
 * @see [SMART Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html)
 * @see [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068.html)
 */
export async function issueAppToken(
  { assertion, clientId: claimed, scope: asked }: TokenRequest,
  deps: IssueAppTokenDeps,
): Promise<AppTokenResponse> {
  const { app, clientId } = await verifyClientAssertion(assertion, deps)
  if (claimed !== undefined && claimed !== clientId) {
    throw new BrokerError('client_assertion_invalid', { detail: { reason: 'client_id' } })
  }
  const scope = appScope(asked)

  const issuedAt = deps.now()
  const accessToken = await deps.signer.signJwt('at+jwt', {
    iss: deps.publicBaseUrl,
    aud: deps.publicBaseUrl,
    sub: clientId,
    client_id: clientId,
    app: app.id,
    scope,
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    jti: randomUUID(),
  })
  deps.log.info('app_token_issued', { app: app.id })

  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope,
  }
}
