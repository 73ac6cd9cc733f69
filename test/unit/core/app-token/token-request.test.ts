import { expect, test } from 'vitest'
import { tokenRequest } from '#core/app-token/token-request.ts'
import { ASSERTION_TYPE } from '../../../support/api-client.ts'

const FORM = {
  grant_type: 'client_credentials',
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: 'a.b.c',
}

test('reads the assertion, and the scope and client_id where they are sent', () => {
  expect(tokenRequest(new URLSearchParams(FORM), false)).toEqual({ assertion: 'a.b.c' })
  expect(
    tokenRequest(
      new URLSearchParams({ ...FORM, scope: 'system/*.rs', client_id: 'us', resource: 'x' }),
      false,
    ),
  ).toEqual({ assertion: 'a.b.c', scope: 'system/*.rs', clientId: 'us' })
})

test('takes a parameter without a value as absent (RFC 6749 §3.2)', () => {
  const form = new URLSearchParams({ ...FORM, scope: '', client_id: '', client_secret: '' })

  expect(tokenRequest(form, false)).toEqual({ assertion: 'a.b.c' })
})

test.each(['grant_type', 'client_assertion', 'client_assertion_type', 'scope', 'unheard_of'])(
  'refuses %s sent twice (RFC 6749 §3.2)',
  (parameter) => {
    const form = new URLSearchParams({ ...FORM, scope: 'system/*.rs', unheard_of: '1' })
    form.append(parameter, form.get(parameter) ?? '')

    expect(refusal(form)).toEqual(['invalid_request', 400])
  },
)

test.each([
  ['no grant_type', { grant_type: '' }, 'invalid_request', 400],
  ['another grant (IN-20)', { grant_type: 'not_a_grant' }, 'unsupported_grant_type', 400],
  ['the code grant', { grant_type: 'authorization_code' }, 'unsupported_grant_type', 400],
  ['another assertion type (IN-21)', { client_assertion_type: 'x' }, 'invalid_client', 401],
  ['no assertion type', { client_assertion_type: '' }, 'invalid_client', 401],
  ['no assertion', { client_assertion: '' }, 'invalid_client', 401],
  ['a client_secret as well', { client_secret: 'hush' }, 'invalid_request', 400],
])('refuses %s', (_what, changes, error, status) => {
  expect(refusal(new URLSearchParams({ ...FORM, ...changes }))).toEqual([error, status])
})

test('refuses an Authorization header beside the assertion (RFC 6749 §2.3)', () => {
  expect(refusal(new URLSearchParams(FORM), true)).toEqual(['invalid_request', 400])
})

function refusal(form: URLSearchParams, hasAuthorization = false) {
  try {
    return expect.unreachable(JSON.stringify(tokenRequest(form, hasAuthorization)))
  } catch (error) {
    const { oauthError, status } = error as { oauthError?: string; status?: number }
    return [oauthError, status]
  }
}
