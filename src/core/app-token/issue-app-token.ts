import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Secret } from '#core/secret.ts'
import type { OwnedSession } from '#core/session/find-session.ts'
import { liveSession } from '#core/session/live-session.ts'
import { sessionKey } from '#core/session/session-id.ts'
import type { Signer } from '#core/signer.ts'
import { appScope } from './app-scope.ts'
import type { TokenRequest } from './token-request.ts'
import { type VerifyClientAssertionDeps, verifyClientAssertion } from './verify-client-assertion.ts'

/** The longest that SMART recommends for a Backend Services token (BK-16). */
const TOKEN_LIFETIME_SECONDS = 300

/** Of a token that is bound to a session: the row is read at every use, so it may live longer. */
const BOUND_TOKEN_LIFETIME_SECONDS = 900

export interface IssueAppTokenDeps extends VerifyClientAssertionDeps {
  /** The `tokens` key. */
  readonly signer: Signer
  /** Reads whose a session is and when it ends, and nothing else of it. */
  readonly readSessionEnd: (id: string) => Promise<OwnedSession | undefined>
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
 * Gives an app's server an access token for the API door: five minutes long; or, bound to a session
 * of the app, fifteen, and never longer than the session. A bound token names its session by hash.
 *
 * @throws BrokerError `client_assertion_invalid`, `client_keys_unavailable`, `client_scope_invalid`,
 * `session_not_granted` (unknown, over, or another app's: one answer)
 * @see [SMART Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html)
 * @see [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068.html)
 */
export async function issueAppToken(
  { assertion, clientId: claimed, scope: asked, session }: TokenRequest,
  deps: IssueAppTokenDeps,
): Promise<AppTokenResponse> {
  const { app, clientId } = await verifyClientAssertion(assertion, deps)
  if (claimed !== undefined && claimed !== clientId) {
    throw new BrokerError('client_assertion_invalid', { detail: { reason: 'client_id' } })
  }
  const scope = appScope(asked)

  const issuedAt = deps.now()
  const bound = session && (await boundTo(session, app.id, deps))
  const expiresAt = bound
    ? Math.min(issuedAt + BOUND_TOKEN_LIFETIME_SECONDS, bound.expiresAt)
    : issuedAt + TOKEN_LIFETIME_SECONDS
  const accessToken = await deps.signer.signJwt('at+jwt', {
    iss: deps.publicBaseUrl,
    aud: deps.publicBaseUrl,
    sub: clientId,
    client_id: clientId,
    app: app.id,
    scope,
    iat: issuedAt,
    ...(bound && { session: bound.id }),
    exp: expiresAt,
    jti: randomUUID(),
  })
  deps.log.info('app_token_issued', {
    app: app.id,
    ...(bound && { launchId: bound.launchId }),
  })

  return {
    access_token: accessToken,
    token_type: 'bearer',
    expires_in: expiresAt - issuedAt,
    scope,
  }
}

async function boundTo(
  sessionId: Secret,
  app: string,
  { readSessionEnd, now }: IssueAppTokenDeps,
): Promise<OwnedSession> {
  const session = await readSessionEnd(sessionKey(sessionId))
  if (!session || session.app !== app || !liveSession(session, now()).live) {
    throw new BrokerError('session_not_granted', {
      detail: { app, ...(session?.app === app && { launchId: session.launchId }) },
    })
  }
  return session
}
