import { expect, test } from 'vitest'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { oauthError } from '#http/oauth-error.ts'

/** RFC 6749 §5.2, appendix A.8. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/

test.each([
  ['request_body_invalid', 400, 'invalid_request'],
  ['grant_type_unsupported', 400, 'unsupported_grant_type'],
  ['client_assertion_invalid', 401, 'invalid_client'],
  ['client_keys_unavailable', 401, 'invalid_client'],
  ['client_scope_invalid', 400, 'invalid_scope'],
  ['internal_error', 500, 'server_error'],
] satisfies [ErrorCode, number, string][])('renders %s as %i %s', (code, status, error) => {
  const response = render(new BrokerError(code))
  const body = JSON.parse(response.body)

  expect(response.statusCode).toBe(status)
  expect(response.headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  })
  expect(Object.keys(body)).toEqual(['error', 'error_description'])
  expect(body.error).toBe(error)
  expect(body.error_description).toMatch(DESCRIPTION)
})

test('keeps to the characters of a description, and tells no detail', () => {
  const error = new BrokerError('client_keys_unavailable', {
    hint: 'Say "please" \\ naïvely.\n',
    detail: { reason: 'hidden' },
  })

  const { body } = render(error)

  expect(JSON.parse(body).error_description).toMatch(DESCRIPTION)
  expect(body).toContain("The client's keys")
  expect(JSON.parse(body).error_description).toContain('Say  please    na vely.')
  expect(body).not.toContain('hidden')
})

test('says when to come back', () => {
  const error = new BrokerError('session_busy', { retryAfterSeconds: 1 })

  expect(render(error).headers).toHaveProperty('retry-after', '1')
})

function render(error: BrokerError) {
  return oauthError(error, {} as Parameters<typeof oauthError>[1])
}
