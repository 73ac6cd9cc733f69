import { describe, expect, it } from 'vitest'
import { settleRefresh } from '#core/tokens/settle-refresh.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const session = aSession({ failures: 2 })
const settle = (answer: Parameters<typeof settleRefresh>[0]) =>
  settleRefresh(answer, session, NOW, 0.5)

describe('settleRefresh', () => {
  it('gives up the chain on invalid_grant', () => {
    expect(settle({ kind: 'revoked' })).toEqual({
      release: { status: 'reauthorization-required', failures: 3 },
      level: 'warn',
      event: 'session_reauthorization_required',
      fields: { reason: 'invalid_grant' },
    })
  })

  it.each([
    ['patient', 'session_patient_changed'],
    ['user', 'session_user_changed'],
  ] as const)('gives up the session of a changed %s, and says so as an error', (what, event) => {
    expect(settle({ kind: 'changed', what })).toMatchObject({
      release: { status: 'reauthorization-required' },
      level: 'error',
      event,
    })
  })

  it('keeps sessions alive when the client is refused, and pauses', () => {
    expect(settle({ kind: 'client_refused' })).toMatchObject({
      release: { status: 'active', failures: 3, nextAttemptAt: NOW + 4 },
      level: 'error',
      event: 'token_client_refused',
    })
  })

  it('pauses for as long as the server asks', () => {
    expect(settle({ kind: 'unavailable', retryAfterSeconds: 90 })).toMatchObject({
      release: { status: 'active', failures: 3, nextAttemptAt: NOW + 90 },
      event: 'token_refresh_failed',
    })
  })

  it('leaves the attempt in the row when nobody knows what came of it', () => {
    expect(settle({ kind: 'ambiguous' })).toMatchObject({
      release: { status: 'active', failures: 3, unresolved: true },
      event: 'token_refresh_unanswered',
    })
  })
})
