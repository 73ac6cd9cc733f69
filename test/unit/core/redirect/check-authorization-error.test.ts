import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { checkAuthorizationError } from '#core/redirect/check-authorization-error.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'

const launch = { launchId: 'abc', connection: 'general-production' } as TakenLaunch

function check(parameters: Record<string, string>) {
  try {
    checkAuthorizationError(new URLSearchParams(parameters), launch)
    return 'passes'
  } catch (error) {
    return BrokerError.from(error)
  }
}

describe('checkAuthorizationError', () => {
  it.each([
    // RFC 6749 §4.1.2.1
    ['access_denied', 'authorization_denied'],
    ['invalid_request', 'authorization_client_refused'],
    ['unauthorized_client', 'authorization_client_refused'],
    ['unsupported_response_type', 'authorization_client_refused'],
    ['invalid_scope', 'authorization_client_refused'],
    ['server_error', 'authorization_server_unavailable'],
    ['temporarily_unavailable', 'authorization_server_unavailable'],
    // OpenID Connect Core §3.1.2.6
    ['login_required', 'authorization_denied'],
    ['interaction_required', 'authorization_denied'],
    ['consent_required', 'authorization_denied'],
    ['account_selection_required', 'authorization_denied'],
    ['invalid_request_uri', 'authorization_client_refused'],
    ['invalid_request_object', 'authorization_client_refused'],
    ['request_not_supported', 'authorization_client_refused'],
    ['request_uri_not_supported', 'authorization_client_refused'],
    ['registration_not_supported', 'authorization_client_refused'],
    // RFC 8707, and nobody's
    ['invalid_target', 'authorization_client_refused'],
    ['never_heard_of', 'authorization_client_refused'],
    ['', 'authorization_client_refused'],
  ])(
    'tells by its code whose move %s is, though a code comes too (SM-35, OA-06)',
    (error, code) => {
      const answer = { error, error_description: 'Call 555', error_uri: 'https://x', code: 'c' }

      expect(check(answer)).toMatchObject({
        code,
        detail: {
          launchId: 'abc',
          connection: 'general-production',
          oauthError: error || 'unrecognized',
        },
      })
    },
  )

  it('says of each what to do, and nothing of what the server says (OA-06)', () => {
    const said = (error: string) => check({ error, error_description: 'Call 555' }) as BrokerError

    expect(said('temporarily_unavailable').message).toMatch(/Wait a moment/)
    expect(said('access_denied').message).toMatch(/Start the app again/)
    expect(said('invalid_scope').message).toMatch(/administrator/)
    expect(JSON.stringify(said('invalid_scope').detail)).not.toMatch(/555/)
  })

  it('passes a code alone, and takes none for no answer', () => {
    expect(check({ code: 'c' })).toBe('passes')
    for (const parameters of [{}, { code: '' }]) {
      expect(check(parameters)).toMatchObject({
        code: 'authorization_response_invalid',
        detail: { parameter: 'code', reason: 'missing' },
      })
    }
  })
})
