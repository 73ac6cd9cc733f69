import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { fhirRequest } from '#http/fhir-request.ts'
import { httpHandler } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { requireNavigation } from '#http/require-navigation.ts'
import { recordingLog } from '../../support/recording-log.ts'

const request = (fields: object = {}) =>
  ({ requestContext: { requestId: 'request-1' }, ...fields }) as unknown as HttpRequest
const context = { getRemainingTimeInMillis: () => 1_234 } as unknown as Context

describe('a door', () => {
  it('answers what its handler does, and logs nothing', async () => {
    const log = recordingLog()
    const answer = { statusCode: 204, body: '' }
    const door = httpHandler(
      async () => answer,
      log,
      () => answer,
    )

    expect(await door(request(), context)).toBe(answer)
    expect(log.lines).toEqual([])
  })

  it('renders what was thrown for its callers, and logs it once', async () => {
    const log = recordingLog()
    const door = httpHandler(
      () => Promise.reject(new BrokerError('session_over', { detail: { reason: 'unknown' } })),
      log,
      ({ code, status }, { requestContext }) => ({
        statusCode: status,
        body: `${code} ${requestContext.requestId}`,
      }),
    )

    expect(await door(request(), context)).toEqual({
      statusCode: 403,
      body: 'session_over request-1',
    })
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'request_refused',
        fields: { referenceId: 'request-1', code: 'session_over', status: 403, reason: 'unknown' },
      },
    ])
  })

  it('says of what nobody foresaw where it was thrown, and not what it says', async () => {
    const log = recordingLog()
    const door = httpHandler(
      () => Promise.reject(new RangeError('row of Adaeze Okonkwo')),
      log,
      ({ status, message }) => ({ statusCode: status, body: message }),
    )

    const { statusCode, body } = (await door(request(), context)) ?? {}

    expect(statusCode).toBe(500)
    expect(body).not.toContain('Okonkwo')
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        event: 'request_failed',
        fields: { code: 'internal_error', errorName: 'RangeError', stack: expect.any(String) },
      },
    ])
    expect(JSON.stringify(log.lines)).not.toContain('Okonkwo')
  })
})

describe('a request for FHIR', () => {
  it('is taken as it came, and names itself and the time that is left', () => {
    const { header, remainingMs, ...taken } = fhirRequest(
      request({
        httpMethod: 'POST',
        path: '/fhir/R4/general/Production/Patient',
        multiValueQueryStringParameters: { name: ['a', 'b'] },
        multiValueHeaders: { 'If-Match': ['W/"1"'] },
        body: 'e30=',
        isBase64Encoded: true,
      }),
      context,
    )

    expect(taken).toEqual({
      method: 'POST',
      path: '/fhir/R4/general/Production/Patient',
      query: new URLSearchParams('name=a&name=b'),
      body: Buffer.from('{}'),
      referenceId: 'request-1',
    })
    expect(header('if-match')).toEqual(['W/"1"'])
    expect(remainingMs()).toBe(1_234)
  })
})

describe('requireNavigation', () => {
  const sent = (mode?: string) => request({ headers: mode ? { 'Sec-Fetch-Mode': mode } : {} })

  it('lets a navigation through, and a browser that does not say what it does', () => {
    expect(() => requireNavigation(sent('navigate'))).not.toThrow()
    expect(() => requireNavigation(sent())).not.toThrow()
  })

  it.each(['cors', 'no-cors', 'same-origin', 'websocket'])('refuses a request of %s', (mode) => {
    expect(() => requireNavigation(sent(mode))).toThrow(
      expect.objectContaining({ code: 'navigation_required' }),
    )
  })
})
