import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { dpopThumbprint } from '#core/oauth/dpop-proofs.ts'
import { type ScopesToAsk, scopesToAsk } from '#core/oauth/scopes-to-ask.ts'
import type { Connection, Registration } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import type { LaunchSecrets } from './pending-launch.ts'

export interface AuthorizationRequestFacts {
  readonly connection: Connection
  readonly registration: Registration
  /** The scopes of the connection, as this kind of launch has them. */
  readonly scopes: readonly string[]
  /** The launch's `iss` as it was received; of a standalone launch the FHIR base. */
  readonly iss: string
  /** The EHR's handle; absent in a standalone launch. */
  readonly launch?: string
  readonly redirectUri: string
  readonly state: string
  readonly secrets: LaunchSecrets
}

export interface AuthorizationRequest extends ScopesToAsk {
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The parameters of an authorization request, as the connection's vendor wants them. Where its server
 * binds tokens to a key, the code is bound to that one too (RFC 9449 §10).
 *
 * @see [SMART App Launch 2.2, obtain authorization code](https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code)
 */
export async function authorizationRequest(
  facts: AuthorizationRequestFacts,
): Promise<AuthorizationRequest> {
  const { connection, registration, iss, launch, redirectUri, state, secrets } = facts
  const profile = profileOf(connection)
  const { audienceParameter, authorizeParameters, responseType, responseMode } = profile
  const scopes = scopesToAsk(facts.scopes, profile, iss)
  const audience = audienceOf(profile, iss)

  return {
    ...scopes,
    parameters: {
      ...authorizeParameters,
      response_type: responseType,
      ...(responseMode && { response_mode: responseMode }),
      client_id: registration.clientId,
      redirect_uri: redirectUri,
      scope: scopes.parameter,
      ...(audience !== undefined && { [audienceParameter]: audience }),
      ...(launch !== undefined && { launch }),
      state,
      ...(secrets.codeVerifier !== undefined && {
        code_challenge: await calculatePKCECodeChallenge(secrets.codeVerifier),
        code_challenge_method: 'S256',
      }),
      ...(secrets.dpopKey !== undefined && {
        dpop_jkt: await dpopThumbprint(new Secret(secrets.dpopKey)),
      }),
      ...(sendsNonce(profile, scopes.asked) && { nonce: secrets.nonce }),
    },
  }
}

function sendsNonce({ nonce, responseType }: VendorProfile, asked: readonly string[]): boolean {
  return nonce !== 'none' && (asked.includes('openid') || responseType !== 'code')
}

function audienceOf({ audience }: VendorProfile, iss: string): string | undefined {
  switch (audience) {
    case 'as-received':
      return iss
    case 'without-slash':
      return iss.replace(/\/$/, '')
    case 'with-slash':
      return iss.endsWith('/') ? iss : `${iss}/`
    case 'omitted':
      return undefined
    default:
      return audience
  }
}
