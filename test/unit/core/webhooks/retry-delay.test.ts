import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WEBHOOK_ATTEMPTS } from '#contract/webhooks.ts'
import { MOST_ATTEMPTS, retryDelaySeconds } from '#core/webhooks/retry-delay.ts'

describe('the rest before the next attempt', () => {
  it('grows from seconds to hours, over most of a day', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => retryDelaySeconds(attempt, 0))

    expect(delays).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800])
    expect(delays.reduce((sum, delay) => sum + delay) / 3_600).toBeCloseTo(15.7, 1)
  })

  it('is none after the last attempt, which is the last that the queue makes too', () => {
    expect(retryDelaySeconds(MOST_ATTEMPTS, 1, 90)).toBe(0)
    expect(MOST_ATTEMPTS).toBe(WEBHOOK_ATTEMPTS)
  })

  it('is what the receiver asks for where that is longer, and never beyond what SQS can hide', () => {
    expect(retryDelaySeconds(1, 0, 90)).toBe(90)
    expect(retryDelaySeconds(4, 0, 90)).toBe(600)
    expect(retryDelaySeconds(1, 0, 10_000_000)).toBe(43_200)
  })

  it('is whole seconds within a fifth above its own, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, random) => {
          const least = retryDelaySeconds(attempt, 0)
          const delay = retryDelaySeconds(attempt, random)
          expect(Number.isInteger(delay)).toBe(true)
          expect(delay).toBeGreaterThanOrEqual(least)
          expect(delay).toBeLessThanOrEqual(Math.ceil(least * 1.2))
        },
      ),
    )
  })
})
