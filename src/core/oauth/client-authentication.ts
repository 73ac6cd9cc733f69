import { randomUUID } from 'node:crypto'
import type { ClientAuth } from 'oauth4webapi'
import { BrokerError } from '#core/errors.ts'
import type { Connection, Registration, SecretReader } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Signer } from '#core/signer.ts'
import type { Clock } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { assertionAudience } from './assertion-audience.ts'

/** Well under the five minutes that SMART allows, with room for a clock that lags (SM-45). */
const ASSERTION_LIFETIME_SECONDS = 60

export interface ClientAuthenticationDeps {
  readonly secrets: SecretReader
  /** The `assertions` keys, one an algorithm; the first is for servers of which nothing is known. */
  readonly signers: readonly Signer[]
  readonly now: Clock
}

/** An app's client, and the EHR at which it proves itself. */
export interface ClientAtEhr {
  readonly registration: Registration
  readonly connection: Connection
}

/**
 * How a client proves itself at its token endpoint, as `oauth4webapi` wants it.
 *
 * Own functions in place of the library's, because SMART differs from its defaults: `client_id`
 * stands in the body of public clients only, the assertion has `typ: JWT` and the token URL as `aud`,
 * and the key is in KMS. What a vendor does otherwise its profile says. Each use makes a new
 * assertion with a new `jti`.
 *
 * @param secret of a client that has one: see {@link trySecrets}
 * @see [SMART App Launch 2.2, client authentication](https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html)
 */
export function clientAuthentication(
  { registration, connection }: ClientAtEhr,
  secret: Secret | undefined,
  { signers, now }: Pick<ClientAuthenticationDeps, 'signers' | 'now'>,
): ClientAuth {
  const { clientId, authentication } = registration
  const profile = profileOf(connection)
  const { basicEncoding, clientIdInBody } = profile
  const encode = basicEncoding === 'form' ? formEncode : (value: string) => value
  const inBody = (body: URLSearchParams) => {
    if (clientIdInBody === 'always') body.set('client_id', clientId)
  }

  switch (authentication.method) {
    case 'none':
      return (_server, _client, body) => {
        body.set('client_id', clientId)
      }

    case 'client_secret_basic': {
      const credentials = `${encode(clientId)}:${encode(required(secret))}`
      return (_server, _client, body, headers) => {
        inBody(body)
        headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
      }
    }

    case 'client_secret_post': {
      const clientSecret = required(secret)
      return (_server, _client, body) => {
        body.set('client_id', clientId)
        body.set('client_secret', clientSecret)
      }
    }

    case 'private_key_jwt': {
      const signer = assertionSigner(signers, profile)
      if (!signer) throw notConfigured('assertion_key_missing')
      return async (server, _client, body) => {
        inBody(body)
        const issuedAt = now()
        const aud = assertionAudience(connection, server.token_endpoint ?? '')
        if (!aud) throw notConfigured('assertion_audience_missing')
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        body.set(
          'client_assertion',
          await signer.signJwt('JWT', {
            iss: clientId,
            sub: clientId,
            aud,
            jti: randomUUID(),
            iat: issuedAt,
            exp: issuedAt + ASSERTION_LIFETIME_SECONDS,
          }),
        )
      }
    }
  }
}

/** The key that a server's profile wants assertions signed with; `undefined` where there is none. */
export function assertionSigner(
  signers: readonly Signer[],
  { assertionAlgorithm }: Pick<VendorBehavior, 'assertionAlgorithm'>,
): Signer | undefined {
  return assertionAlgorithm === 'any'
    ? signers[0]
    : signers.find(({ alg }) => alg === assertionAlgorithm)
}

function required(secret: Secret | undefined): string {
  if (!secret) throw notConfigured('secret_missing')
  return secret.reveal()
}

function notConfigured(reason: string): BrokerError {
  return new BrokerError('internal_error', { detail: { reason } })
}

/** `application/x-www-form-urlencoded` of one value, as RFC 6749 §2.3.1 asks of Basic credentials. */
function formEncode(value: string): string {
  return new URLSearchParams({ v: value }).toString().slice(2)
}
