import { describe, expect, it } from 'vitest'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { NOW } from '../../../fixtures.ts'

const held = { owner: 'holder', until: NOW + 20 }

function setup() {
  const clock = { ms: 5_000 }
  const observer = leaseObserver(() => clock.ms)
  return { clock, observer }
}

describe('leaseObserver', () => {
  it('takes a holder for dead that was seen unchanged for a lease’s length', () => {
    const { clock, observer } = setup()
    expect(observer.isDead('s', held, NOW)).toBe(false)

    clock.ms += 19_999
    expect(observer.isDead('s', held, NOW)).toBe(false)
    clock.ms += 1
    expect(observer.isDead('s', held, NOW)).toBe(true)
  })

  it('begins anew with every holder', () => {
    const { clock, observer } = setup()
    observer.isDead('s', held, NOW)

    clock.ms += 20_000
    const next = { owner: 'next', until: NOW + 40 }

    expect(observer.isDead('s', next, NOW)).toBe(false)
  })

  it('does not believe `until` for as long as clocks may differ', () => {
    const { observer } = setup()

    expect(observer.isDead('s', held, NOW + 320)).toBe(false)
    expect(observer.isDead('s', held, NOW + 321)).toBe(true)
  })

  it('forgets a holder that freed the lease', () => {
    const { clock, observer } = setup()
    observer.isDead('s', held, NOW)
    expect(observer.isDead('s', undefined, NOW)).toBe(false)

    clock.ms += 20_000

    expect(observer.isDead('s', held, NOW)).toBe(false)
  })

  it('knows a holder of its own instance that gave up', () => {
    const { observer } = setup()

    observer.abandon('s', held.owner)

    expect(observer.isDead('s', held, NOW)).toBe(true)
  })
})
