import { describe, expect, it } from 'vitest'
import { circuitBreaker } from '#core/tokens/circuit-breaker.ts'

function setup(mostFailures = 3, random = 0) {
  const clock = { ms: 0 }
  const pace = { monotonicMs: () => clock.ms, random: () => random }
  const breaker = circuitBreaker(mostFailures, pace)
  return { clock, breaker }
}

describe('circuitBreaker', () => {
  it('opens after so many failures in a row, for this key alone', () => {
    const { breaker } = setup()

    expect([breaker.failed('a'), breaker.failed('a')]).toEqual([false, false])
    expect(breaker.holdOffSeconds('a')).toBe(0)
    expect(breaker.failed('a')).toBe(true)

    expect(breaker.holdOffSeconds('a')).toBeGreaterThan(0)
    expect(breaker.holdOffSeconds('b')).toBe(0)
  })

  it('counts failures in a row only', () => {
    const { breaker } = setup(2)
    breaker.failed('a')

    breaker.succeeded('a')

    expect(breaker.failed('a')).toBe(false)
  })

  it('opens at once for as long as the other side asks, up to an hour', () => {
    const { breaker } = setup()

    expect(breaker.failed('a', 90)).toBe(true)
    expect(breaker.holdOffSeconds('a')).toBe(90)
    breaker.failed('a', 86_400)
    expect(breaker.holdOffSeconds('a')).toBe(3_600)
  })

  it('lets one through when its time is over, and the others when that went well', () => {
    const { clock, breaker } = setup(1)
    breaker.failed('a', 30)
    clock.ms += 30_000

    expect(breaker.holdOffSeconds('a')).toBe(0)
    expect(breaker.holdOffSeconds('a')).toBe(10)
    breaker.succeeded('a')
    expect(breaker.holdOffSeconds('a')).toBe(0)
  })

  it('lets the next one through when the first never tells', () => {
    const { clock, breaker } = setup(1)
    breaker.failed('a', 30)
    clock.ms += 30_000
    breaker.holdOffSeconds('a')
    clock.ms += 10_000

    expect(breaker.holdOffSeconds('a')).toBe(0)
  })

  it('stays open for longer each time, up to a minute', () => {
    const { breaker } = setup(1)
    const seconds = Array.from({ length: 8 }, () => {
      breaker.failed('a')
      return breaker.holdOffSeconds('a')
    })

    expect(seconds).toEqual([3, 5, 10, 20, 30, 30, 30, 30])
  })
  it.each([
    [0, 30],
    [0.5, 45],
    [0.999, 60],
  ])('is open, by chance %d, for %d seconds of a minute', (random, seconds) => {
    const { breaker } = setup(1, random)
    for (let failure = 0; failure < 8; failure += 1) breaker.failed('a')

    expect(breaker.holdOffSeconds('a')).toBe(seconds)
  })
})
