import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { dataModelError } from '#http/data-model-error.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { logFailure } from '#http/log-failure.ts'
import { recordingLog } from '../../support/recording-log.ts'

const ask = (body: string | null) =>
  ({ body, requestContext: { requestId: 'request-1' } }) as unknown as HttpRequest

describe('an error at the Data Model API', () => {
  it('is JSON that nobody keeps, with the message’s model and the reference', () => {
    const message = { Meta: { DataModel: 'Results', EventType: 'Query' } }
    const response = dataModelError(
      new BrokerError('data_model_message_invalid'),
      ask(JSON.stringify(message)),
    )

    expect(response.statusCode).toBe(400)
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    })
    expect(response.headers).not.toHaveProperty('retry-after')
    expect(response.headers).not.toHaveProperty('www-authenticate')
    expect(JSON.parse(response.body)).toMatchObject({
      Meta: {
        DataModel: 'Results',
        EventType: 'Query',
        Errors: [{ Text: expect.any(String) }],
        Logs: [{ ID: 'request-1' }],
      },
    })
  })

  it.each([null, '', '{', 'null', '[]'])('is told of a body that is no message too: %j', (body) => {
    const response = dataModelError(new BrokerError('request_body_invalid'), ask(body))

    expect(JSON.parse(response.body).Meta.Errors).toHaveLength(1)
  })

  it('says when to try again, and what to prove, where that helps', () => {
    const busy = new BrokerError('session_busy', { retryAfterSeconds: 2 })
    const unknown = new BrokerError('token_invalid')

    expect(dataModelError(busy, ask('{}')).headers).toHaveProperty('retry-after', '2')
    expect(dataModelError(unknown, ask('{}')).headers).toHaveProperty(
      'www-authenticate',
      expect.stringMatching(/^Bearer /),
    )
  })
})

describe('a failure in the log', () => {
  it.each([
    ['session_busy', 'warn', 'request_refused'],
    ['internal_error', 'error', 'request_failed'],
  ] as const)('of %s is at the level of %s', (code, level, event) => {
    const log = recordingLog()
    const error = new BrokerError(code)

    logFailure(log, error, 'request-1')

    const isFailure = error.status >= 500
    expect(log.lines).toMatchObject([
      {
        level: isFailure ? 'error' : level,
        event: isFailure ? 'request_failed' : event,
        fields: { referenceId: 'request-1', code, status: error.status },
      },
    ])
  })
})
