import { expect, test } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'

const render = (error: BrokerError, httpMethod = 'GET') =>
  operationOutcomeError(error, {
    httpMethod,
    requestContext: { requestId: 'reference-1' },
  } as HttpRequest)

test('tells the public message, FHIR’s issue code and the reference, in FHIR’s JSON', () => {
  const { statusCode, headers, body } = render(
    new BrokerError('session_over', { detail: { reason: 'not for callers' } }),
  )
  expect({ statusCode, headers }).toEqual({
    statusCode: 403,
    headers: {
      'content-type': 'application/fhir+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
  expect(JSON.parse(body)).toEqual({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'expired',
        details: {
          coding: [{ system: 'urn:sallyport:error', code: 'session_over' }],
          text: 'The session is unknown or has ended. Launch the app again from the EHR.',
        },
        diagnostics: 'Reference: reference-1',
      },
    ],
  })
})

test('challenges for a token, with an error only where one was sent (RFC 6750 §3.1)', () => {
  expect(render(new BrokerError('token_missing')).headers).toMatchObject({
    'www-authenticate': 'Bearer realm="sallyport"',
  })
  expect(render(new BrokerError('token_invalid')).headers).toMatchObject({
    'www-authenticate': 'Bearer realm="sallyport", error="invalid_token"',
  })
})

test('says which scope is wanting, where it can be named', () => {
  const challenge = (scope?: string) =>
    render(new BrokerError('scope_insufficient', { ...(scope && { scope }) })).headers

  expect(challenge('system/Patient.r')).toMatchObject({
    'www-authenticate':
      'Bearer realm="sallyport", error="insufficient_scope", scope="system/Patient.r"',
  })
  expect(challenge()).toMatchObject({
    'www-authenticate': 'Bearer realm="sallyport", error="insufficient_scope"',
  })
})

test('says what is allowed and when to come back', () => {
  const refused = new BrokerError('fhir_interaction_unsupported', { allow: ['GET', 'HEAD'] })
  expect(render(refused).headers).toMatchObject({ allow: 'GET, HEAD' })
  const busy = new BrokerError('session_busy', { retryAfterSeconds: 1 })
  expect(render(busy)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } })
})

test('has no body for HEAD', () => {
  expect(render(new BrokerError('session_over'), 'HEAD')).toMatchObject({
    statusCode: 403,
    body: '',
  })
})

test('tells nothing of an error that nobody foresaw', () => {
  const { statusCode, body } = render(BrokerError.from(new Error('row of Adaeze Okonkwo')))
  expect(statusCode).toBe(500)
  expect(body).not.toContain('Okonkwo')
})
