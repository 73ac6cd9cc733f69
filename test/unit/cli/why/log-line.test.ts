import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loggedEvent, loggedRequest } from '#cli/why/log-line.ts'

const EVENT = { service: 'fhir', message: 'request_failed', level: 'ERROR', code: 'internal_error' }

describe('loggedEvent', () => {
  it('keeps an event’s own fields and no others, whoever wrote the line', () => {
    const line = JSON.stringify({ ...EVENT, patient: 'pat-1', token: 'x', status: 500 })

    expect(loggedEvent(line, 7)).toEqual({
      at: 7,
      service: 'fhir',
      event: 'request_failed',
      code: 'internal_error',
      status: 500,
    })
  })

  it.each(['START RequestId: 1', '', '[]', 'null', '{"service":1}', '{"service":"fhir"}'])(
    'takes %j for no event',
    (line) => {
      expect(loggedEvent(line, 0)).toBeUndefined()
    },
  )

  it('never throws, and never passes on a member that is not on the list', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const event = loggedEvent(JSON.stringify({ ...members, ...EVENT }), 0)

        const known =
          /^(at|service|event|code|\w+Id|connection|app|registration|organization|environment|host|method|status|durationMs|oauthError|parameters?|reason|errorName|errorCode|stack)$/
        expect(Object.keys(event ?? {}).filter((name) => !known.test(name))).toEqual([])
      }),
    )
  })
})

describe('loggedRequest', () => {
  const line = (more = {}) =>
    JSON.stringify({
      requestId: 'r-1',
      httpMethod: 'GET',
      resourcePath: '/redirect',
      status: '504',
      sourceIp: '203.0.113.9',
      responseLatency: '29001',
      gatewayResponse: '-',
      ...more,
    })

  it('reads the access log’s text, and leaves out who called from where', () => {
    expect(loggedRequest(line(), 9)).toEqual({
      at: 9,
      referenceId: 'r-1',
      method: 'GET',
      route: '/redirect',
      status: 504,
      durationMs: 29_001,
    })
  })

  it('says what API Gateway answered by itself', () => {
    expect(loggedRequest(line({ gatewayResponse: 'INTEGRATION_TIMEOUT' }), 0)).toMatchObject({
      gatewayResponse: 'INTEGRATION_TIMEOUT',
    })
  })
})
