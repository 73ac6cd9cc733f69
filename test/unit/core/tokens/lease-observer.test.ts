import { describe, expect, it } from 'vitest'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const held = aSession({ lease: { owner: 'holder', until: NOW + 20 } })

function setup() {
  const clock = { ms: 5_000 }
  const observer = leaseObserver(() => clock.ms)
  return { clock, observer }
}

describe('leaseObserver', () => {
  it('takes a holder for dead that was seen unchanged for a lease’s length', () => {
    const { clock, observer } = setup()
    expect(observer.isDead(held, NOW)).toBe(false)

    clock.ms += 19_999
    expect(observer.isDead(held, NOW)).toBe(false)
    clock.ms += 1
    expect(observer.isDead(held, NOW)).toBe(true)
  })

  it('begins anew with every holder', () => {
    const { clock, observer } = setup()
    observer.isDead(held, NOW)

    clock.ms += 20_000
    const next = { ...held, lease: { owner: 'next', until: NOW + 40 } }

    expect(observer.isDead(next, NOW)).toBe(false)
  })

  it('does not believe `until` for as long as clocks may differ', () => {
    const { observer } = setup()

    expect(observer.isDead(held, NOW + 320)).toBe(false)
    expect(observer.isDead(held, NOW + 321)).toBe(true)
  })

  it('forgets a holder that freed the lease', () => {
    const { clock, observer } = setup()
    observer.isDead(held, NOW)
    expect(observer.isDead(aSession(), NOW)).toBe(false)

    clock.ms += 20_000

    expect(observer.isDead(held, NOW)).toBe(false)
  })

  it('knows a holder of its own instance that gave up', () => {
    const { observer } = setup()

    observer.abandon(held)

    expect(observer.isDead(held, NOW)).toBe(true)
  })
})
