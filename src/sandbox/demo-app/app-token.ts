import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** Renewed this long before its end, so that no request sets out with a token about to die. */
const MARGIN_MS = 30_000

/** The app's own credential at the broker's API. */
export interface AppToken {
  /** Public keys, for the broker to check our assertions with. */
  readonly jwks: { readonly keys: readonly JWK[] }
  /**
   * A token that is still good for a while.
   *
   * @param refused a token that the API did not take, to be replaced whatever its age
   * @throws Error when the broker does not give one
   */
  get(refused?: string): Promise<string>
}

/**
 * Gets access tokens by `private_key_jwt` (SMART Backend Services), with a key made at start.
 *
 * @see [SMART App Launch 2.2, Backend Services](https://hl7.org/fhir/smart-app-launch/backend-services.html)
 */
export async function appToken(tokenEndpoint: string, clientId: string): Promise<AppToken> {
  const { publicKey, privateKey } = await generateKeyPair('ES384')
  const kid = randomUUID()
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES384', use: 'sig' }
  const cache: { token: string; expiresAtMs: number } = { token: '', expiresAtMs: 0 }

  const assertion = () =>
    new SignJWT()
      .setProtectedHeader({ alg: 'ES384', typ: 'JWT', kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(tokenEndpoint)
      .setIssuedAt()
      .setExpirationTime('60s')
      .setJti(randomUUID())
      .sign(privateKey)

  return {
    jwks: { keys: [jwk] },

    async get(refused) {
      if (cache.expiresAtMs - MARGIN_MS > Date.now() && cache.token !== refused) return cache.token
      const response = await fetch(tokenEndpoint, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(),
        }),
      })
      if (!response.ok) throw new Error(`The token endpoint answered ${response.status}`)
      const answer = (await response.json()) as { access_token: string; expires_in: number }
      cache.token = answer.access_token
      cache.expiresAtMs = Date.now() + answer.expires_in * 1000
      return cache.token
    },
  }
}
