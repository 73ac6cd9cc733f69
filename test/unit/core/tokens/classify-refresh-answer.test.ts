import { describe, expect, it } from 'vitest'
import type { TokenAnswer } from '#core/oauth/token-answer.ts'
import { classifyRefreshAnswer } from '#core/tokens/classify-refresh-answer.ts'
import { NOW } from '../../../fixtures.ts'

const classify = (answer: TokenAnswer, retryAfter: string | null = null) =>
  classifyRefreshAnswer(answer, { retryAfter, now: NOW, fatalErrors: ['login_required'] })
const failed = (status: number, code: string) =>
  classify({ kind: 'error', status, error: { code } }, '17')
const unreadable = (status: number) => classify({ kind: 'unreadable', status, reason: 'empty' })

describe('an answer to a refresh token', () => {
  it('that has tokens is no failure', () => {
    expect(classify({ kind: 'tokens', status: 200, members: {} })).toBeUndefined()
  })

  it.each([200, 201, 299])('of status %i that says nothing leaves all in doubt', (status) => {
    expect(unreadable(status)).toEqual({ kind: 'ambiguous', detail: { status, reason: 'empty' } })
  })

  it.each([300, 302, 403, 500])('of status %i that says nothing is for later', (status) => {
    expect(unreadable(status)).toEqual({ kind: 'unavailable', detail: { status } })
  })

  it.each([200, 400, 401, 429, 500, 503])(
    'of status %i refuses the client where it says invalid_client, whatever else is out of order',
    (status) => {
      expect(failed(status, 'invalid_client')).toEqual({
        kind: 'client_refused',
        detail: { status, oauthError: 'invalid_client' },
        retryAfterSeconds: 17,
      })
    },
  )

  it.each(['invalid_grant', 'login_required'])('ends the grant with %s, for good', (code) => {
    for (const status of [200, 400, 401, 403]) {
      expect(failed(status, code)).toEqual({
        kind: 'revoked',
        detail: { status, oauthError: code },
      })
    }
  })

  it.each([429, 500, 502, 503])(
    'of status %i ends no grant, whatever it says: the server is not itself',
    (status) => {
      for (const code of ['invalid_grant', 'login_required', 'invalid_scope']) {
        expect(failed(status, code)).toEqual({
          kind: 'unavailable',
          detail: { status, oauthError: code },
          retryAfterSeconds: 17,
        })
      }
    },
  )

  it.each(['temporarily_unavailable', 'server_error', 'slow_down'])(
    'is for later with %s',
    (code) => {
      expect(failed(400, code)?.kind).toBe('unavailable')
    },
  )

  it('refuses the client with any other error, and with a 401 that says nothing', () => {
    expect(failed(400, 'invalid_scope')?.kind).toBe('client_refused')
    expect(unreadable(401)).toEqual({ kind: 'client_refused', detail: { status: 401 } })
  })
})
