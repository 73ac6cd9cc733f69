import { describe, expect, it } from 'vitest'
import type { AnswerFacts, Purpose, RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { settleRefresh } from '#core/tokens/settle-refresh.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const attempt = { id: 'attempt', startedAt: NOW, phase: 'redeeming' } as const
const takingOver = { ...attempt, phase: 'taking-over' } as const
const unresolved = { ...attempt, phase: 'unresolved' } as const

function settle(
  answer: AnswerFacts,
  {
    purpose = 'renew',
    reuse = 'unknown',
    now = NOW,
  }: Partial<{
    readonly purpose: Purpose
    readonly reuse: RefreshTokenReuse
    readonly now: number
  }> = {},
) {
  const isSecond = purpose === 'take-over'
  const before = aSession({ failures: 2, ...(isSecond && { attempt }) })
  const holding = {
    purpose,
    before,
    guard: { fence: 1, owner: 'owner' },
    attempt: isSecond ? takingOver : attempt,
    startedMs: 0,
    startedAt: NOW,
  }
  const known = { row: before, hasRefreshToken: true, isRejected: false, leaseDead: false, reuse }
  return settleRefresh(answer, holding, known, { now, ms: 0, random: 0.5 })
}

describe('settleRefresh', () => {
  it('gives up the chain on invalid_grant', () => {
    expect(settle({ kind: 'revoked' })).toEqual({
      outcome: { status: 'reauthorization-required', failures: 3 },
      note: { note: 'reauthorization-required', reason: 'invalid_grant' },
    })
  })

  it('serves the access token to its end when only the second presentation was refused', () => {
    expect(settle({ kind: 'revoked' }, { purpose: 'take-over' })).toEqual({
      outcome: { status: 'active', failures: 3, attempt: { ...takingOver, phase: 'unresolved' } },
      note: { note: 'reauthorization-required', reason: 'invalid_grant' },
    })
  })

  it.each(['patient', 'user'] as const)('gives up the session of a changed %s', (what) => {
    expect(settle({ kind: 'changed', what })).toEqual({
      outcome: { status: 'reauthorization-required', failures: 3 },
      note: { note: 'reauthorization-required', reason: `${what}_changed` },
    })
  })

  it.each(['client_refused', 'unavailable'] as const)(
    'keeps the session alive when it is %s, and pauses',
    (kind) => {
      expect(settle({ kind })).toEqual({
        outcome: { status: 'active', failures: 3, nextAttemptAt: NOW + 4 },
      })
    },
  )

  it('leaves the doubt as it was when a second presentation was not taken up', () => {
    expect(settle({ kind: 'unavailable' }, { purpose: 'take-over' }).outcome).toMatchObject({
      status: 'active',
      attempt,
    })
  })

  it('pauses for as long as the server asks', () => {
    expect(settle({ kind: 'unavailable', retryAfterSeconds: 90 }).outcome).toMatchObject({
      status: 'active',
      nextAttemptAt: NOW + 90,
    })
  })

  it('leaves the attempt in the row when nobody knows what came of it, for one more', () => {
    expect(settle({ kind: 'ambiguous' })).toEqual({
      outcome: { status: 'active', failures: 3, attempt, nextAttemptAt: NOW + 4 },
    })
  })

  it.each<[string, Parameters<typeof settle>[1]]>([
    ['the server revokes for that', { reuse: 'revokes' }],
    ['it was the second already', { purpose: 'take-over' }],
  ])('lets nobody present it again where %s', (_, situation) => {
    const { outcome, note } = settle({ kind: 'ambiguous' }, situation)

    expect(outcome).toMatchObject({ status: 'active', attempt: unresolved })
    expect(note).toEqual({ note: 'reauthorization-required', reason: 'attempt_unresolved' })
  })

  it('marks the session at once where nothing is left to serve either', () => {
    const { outcome } = settle({ kind: 'ambiguous' }, { reuse: 'revokes', now: NOW + 3_600 })

    expect(outcome).toEqual({ status: 'reauthorization-required', failures: 3 })
  })
})
