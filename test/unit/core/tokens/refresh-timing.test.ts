import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  LEASE_SECONDS,
  nextAttemptAt,
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

  it('counts a launch’s tokens from the session’s beginning', () => {
    const session = aSession({ createdAt: NOW, accessTokenExpiresAt: NOW + 60 })

    expect(sessionRefreshDueAt(session)).toBe(NOW + 30)
  })
})

describe('renewalPlan', () => {
  it('has tokens renewed ahead that live three minutes, and no shorter ones', () => {
    expect(renewalPlan(NOW, NOW + 180, NOW + 9_000)).toEqual({
      refreshDueAt: NOW + 120,
      renewAhead: true,
    })
    expect(renewalPlan(NOW, NOW + 179, NOW + 9_000)).toEqual({ refreshDueAt: NOW + 119 })
  })

  it('is due at the session’s end at the latest', () => {
    expect(renewalPlan(NOW, NOW + 3_600, NOW + 3_000).refreshDueAt).toBe(NOW + 3_000)
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

  it('respects the server’s Retry-After, up to an hour', () => {
    expect(nextAttemptAt(NOW, 1, 0.5, 120)).toBe(NOW + 120)
    expect(nextAttemptAt(NOW, 1, 0.5, 86_400)).toBe(NOW + 3_600)
  })
})
