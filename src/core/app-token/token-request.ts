import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A `client_credentials` request of the one form that we take. */
export interface TokenRequest {
  readonly assertion: string
  /** Not needed beside an assertion; if it is sent, it must be the assertion's `iss`. */
  readonly clientId?: string
  readonly scope?: string
  /** The SessionID that the token is to be bound to. */
  readonly session?: Secret
}

/**
 * Reads the form of a token request. A parameter without a value counts as absent.
 *
 * @param form the body
 * @param hasAuthorization whether the request has an `Authorization` header: a second
 *   authentication beside the assertion
 * @throws BrokerError `request_body_invalid`, `grant_type_unsupported`, `client_assertion_invalid`
 * @see [RFC 6749 §2.3, §3.2, §4.4.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-3.2)
 */
export function tokenRequest(form: URLSearchParams, hasAuthorization: boolean): TokenRequest {
  for (const parameter of new Set(form.keys())) {
    if (form.getAll(parameter).length > 1) throw malformed('A parameter is there twice.')
  }
  const value = (parameter: string) => form.get(parameter) || undefined

  const grantType = value('grant_type')
  if (!grantType) throw malformed('Send grant_type.')
  if (grantType !== 'client_credentials') throw new BrokerError('grant_type_unsupported')

  if (hasAuthorization || value('client_secret')) {
    throw malformed('Authenticate by client_assertion alone.')
  }
  const assertion = value('client_assertion')
  if (!assertion || value('client_assertion_type') !== ASSERTION_TYPE) {
    throw new BrokerError('client_assertion_invalid', {
      hint: `Send client_assertion, and client_assertion_type=${ASSERTION_TYPE}.`,
      detail: { reason: assertion ? 'assertion_type' : 'assertion_missing' },
    })
  }

  const clientId = value('client_id')
  const scope = value('scope')
  const session = value('session')
  return {
    assertion,
    ...(clientId && { clientId }),
    ...(scope && { scope }),
    ...(session && { session: new Secret(session) }),
  }
}

function malformed(hint: string): BrokerError {
  return new BrokerError('request_body_invalid', { hint })
}
