import { randomUUID } from 'node:crypto'
import type { ClientAuth } from 'oauth4webapi'
import { BrokerError } from '#core/errors.ts'
import type { Registration, SecretReader } from '#core/registry/registry.ts'
import type { Signer } from '#core/signer.ts'
import type { Clock } from '#core/time.ts'

/** Well under the five minutes that SMART allows, with room for a clock that lags (SM-45). */
const ASSERTION_LIFETIME_SECONDS = 60

export interface ClientAuthenticationDeps {
  readonly secrets: SecretReader
  /** The `assertions` key. */
  readonly signer: Signer
  readonly now: Clock
}

/**
 * How a registration proves itself at its token endpoint, as `oauth4webapi` wants it.
 *
 * Own functions in place of the library's, because SMART differs from its defaults: `client_id`
 * stands in the body of public clients only, the assertion has `typ: JWT` and the token URL as `aud`,
 * and the key is in KMS. Each call makes a new assertion with a new `jti`.
 *
 * @param options.freshSecret reads the secret past the cache: after an `invalid_client`, once
 * @see [SMART App Launch 2.2, client authentication](https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html)
 */
export async function clientAuthentication(
  { clientId, authentication }: Registration,
  { secrets, signer, now }: ClientAuthenticationDeps,
  options: { readonly freshSecret?: boolean } = {},
): Promise<ClientAuth> {
  switch (authentication.method) {
    case 'none':
      return (_server, _client, body) => {
        body.set('client_id', clientId)
      }

    case 'client_secret_basic': {
      const [secret] = await secrets.read(authentication.secretRef, {
        fresh: options.freshSecret ?? false,
      })
      if (!secret) throw new BrokerError('internal_error', { detail: { reason: 'secret_missing' } })
      return (_server, _client, _body, headers) => {
        const credentials = `${formEncode(clientId)}:${formEncode(secret.reveal())}`
        headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
      }
    }

    case 'private_key_jwt':
      return async (server, _client, body) => {
        const issuedAt = now()
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        body.set(
          'client_assertion',
          await signer.signJwt('JWT', {
            iss: clientId,
            sub: clientId,
            aud: server.token_endpoint,
            jti: randomUUID(),
            iat: issuedAt,
            exp: issuedAt + ASSERTION_LIFETIME_SECONDS,
          }),
        )
      }
  }
}

/** `application/x-www-form-urlencoded` of one value, as RFC 6749 §2.3.1 asks of Basic credentials. */
function formEncode(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2)
}
