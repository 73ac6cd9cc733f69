import { BrokerError } from '#core/errors.ts'

/** Parameters that an authorization response has at most once (RFC 6749 §3.1). */
const SINGLE_PARAMETERS = [
  'state',
  'code',
  'iss',
  'error',
  'error_description',
  'response',
] as const

/** An authorization response whose known parameters are there at most once, and with a state. */
export interface AuthorizationResponse {
  readonly parameters: URLSearchParams
  readonly state: string
}

/**
 * Reads what a request to the redirect URI brought.
 *
 * @throws BrokerError `authorization_response_invalid` (a parameter repeated), `state_unknown` (none)
 */
export function authorizationResponse(parameters: URLSearchParams): AuthorizationResponse {
  const repeated = SINGLE_PARAMETERS.filter((name) => parameters.getAll(name).length > 1)
  if (repeated.length > 0) {
    throw new BrokerError('authorization_response_invalid', {
      detail: { parameters: repeated, reason: 'parameter_repeated' },
    })
  }
  const state = parameters.get('state')
  if (!state && parameters.has('response')) {
    // Its state is inside a signed response (JARM), which was not asked for.
    throw new BrokerError('authorization_response_invalid', {
      detail: { parameter: 'response', reason: 'jarm_unasked' },
    })
  }
  if (!state) throw new BrokerError('state_unknown', { detail: { parameter: 'state' } })
  return { parameters, state }
}
