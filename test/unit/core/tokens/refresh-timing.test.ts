import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  LEASE_SECONDS,
  nextAttemptAt,
  nextLookAt,
  REDEEM_BUDGET_MS,
  RESCUE_DEADLINE_MS,
  refreshDueAt,
  renewalPlan,
  STORE_DEADLINE_MS,
  sessionRefreshDueAt,
  WAIT_BUDGET_MS,
} from '#core/tokens/refresh-timing.ts'
import { aSession, NOW } from '../../../fixtures.ts'

describe('the lease', () => {
  it('outlasts redeeming, storing and the second path, and waiters outlast the lease', () => {
    const deadlines = [
      REDEEM_BUDGET_MS,
      STORE_DEADLINE_MS,
      RESCUE_DEADLINE_MS,
      LEASE_SECONDS * 1_000,
      WAIT_BUDGET_MS,
    ]

    expect(deadlines).toEqual([...new Set(deadlines)].sort((one, other) => one - other))
  })
})

describe('refreshDueAt', () => {
  it('is a minute before the end', () => {
    expect(refreshDueAt(NOW, NOW + 3_600)).toBe(NOW + 3_540)
  })

  it('is never in the first half of a short life', () => {
    expect(refreshDueAt(NOW, NOW + 60)).toBe(NOW + 30)
  })

  it('is the end of tokens that were over when they came', () => {
    expect(refreshDueAt(NOW, NOW - 10)).toBe(NOW - 10)
  })

  it('is later by a share of half the margin', () => {
    expect(refreshDueAt(NOW, NOW + 3_600, 60, 0.5)).toBe(NOW + 3_555)
    fc.assert(
      fc.property(
        fc.nat(7_200),
        fc.nat(600),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (life, margin, spread) => {
          const least = Math.min(margin, Math.floor(life / 2))
          const dueAt = refreshDueAt(NOW, NOW + life, margin, spread)

          expect(dueAt).toBeGreaterThanOrEqual(NOW + life - least)
          expect(dueAt).toBeLessThanOrEqual(NOW + life - least / 2)
        },
      ),
    )
  })

  it('counts a launch’s tokens from the session’s beginning', () => {
    const session = aSession({ createdAt: NOW, accessTokenExpiresAt: NOW + 60 })

    expect(sessionRefreshDueAt(session)).toBe(NOW + 30)
  })
})

describe('renewalPlan', () => {
  const session = aSession({ expiresAt: NOW + 9_000, idleSeconds: 3_000 })
  const living = (life: number) => ({ issuedAt: NOW, expiresAt: NOW + life })

  it('has tokens renewed ahead that live three minutes, and no shorter ones', () => {
    const plan = renewalPlan(session, living(180))

    expect(plan).toEqual({ refreshDueAt: plan.dueAt, renewAhead: true, dueAt: plan.dueAt })
    expect(plan.dueAt).toBeGreaterThanOrEqual(NOW + 120)
    expect(plan.dueAt).toBeLessThanOrEqual(NOW + 150)
    expect(renewalPlan(session, living(179))).not.toHaveProperty('renewAhead')
  })

  it.each([
    ['that live under three minutes', session, 120],
    ['that are good while the person is there', { ...session, scopes: ['online_access'] }, 600],
  ])(
    'has tokens %s renewed by who asks, and their session looked at for its limits',
    (_, of, life) => {
      expect(renewalPlan(of, living(life))).toEqual({
        refreshDueAt: renewalPlan(session, living(life)).refreshDueAt,
        dueAt: NOW + 3_000,
      })
      expect(renewalPlan({ ...of, expiresAt: NOW + 900 }, living(life)).dueAt).toBe(NOW + 900)
    },
  )

  it('renews ahead what was granted for the person’s absence too', () => {
    const scopes = ['online_access', 'offline_access']

    expect(renewalPlan({ ...session, scopes }, living(600)).renewAhead).toBe(true)
  })

  it('has a session looked at by its limits at the latest', () => {
    expect(renewalPlan(session, living(3_600)).dueAt).toBe(NOW + 3_000)
    expect(renewalPlan({ ...session, expiresAt: NOW + 700 }, living(3_600)).dueAt).toBe(NOW + 700)
  })

  it('has a thousand sessions that began in one second fall due over half the margin', () => {
    const due = Array.from({ length: 1_000 }, (_, n) => {
      const id = createHash('sha256').update(String(n)).digest('base64url')
      return renewalPlan({ ...session, id }, living(2_000)).refreshDueAt
    })

    const perSecond = due.map((second) => due.filter((other) => other === second).length)
    expect([Math.min(...due), Math.max(...due)]).toEqual([NOW + 1_940, NOW + 1_969])
    expect(Math.max(...perSecond)).toBeLessThan(80)
  })
})

describe('nextLookAt', () => {
  const session = aSession({
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: NOW + 9_000,
    idleSeconds: 5_000,
    refreshDueAt: NOW + 3_540,
  })

  it('is when tokens are due that are renewed unasked, or at the session’s limit before', () => {
    expect(nextLookAt({ ...session, renewAhead: true })).toBe(NOW + 3_540)
    expect(nextLookAt({ ...session, renewAhead: true, expiresAt: NOW + 900 })).toBe(NOW + 900)
  })

  it('is the session’s limit where its tokens are renewed by who asks', () => {
    expect(nextLookAt(session)).toBe(NOW + 5_000)
  })
})

describe('nextAttemptAt', () => {
  it('is always later, by a minute at most, if the server asks for nothing', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const pause = nextAttemptAt(NOW, failures, random) - NOW
          expect(pause).toBeGreaterThanOrEqual(1)
          expect(pause).toBeLessThanOrEqual(60)
        },
      ),
    )
  })

  it('doubles what chance has a share of with each failure', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((failures) => nextAttemptAt(NOW, failures, 0.5) - NOW)

    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  it('respects the server’s Retry-After, up to an hour', () => {
    expect(nextAttemptAt(NOW, 1, 0.5, 120)).toBe(NOW + 120)
    expect(nextAttemptAt(NOW, 1, 0.5, 86_400)).toBe(NOW + 3_600)
  })
})
