import { describe, expect, it } from 'vitest'
import { refreshHealth } from '#core/tokens/refresh-health.ts'

const ENDPOINT = 'https://login.general.example/token'

function setup() {
  const clock = { ms: 0 }
  return { clock, health: refreshHealth({ monotonicMs: () => clock.ms, random: () => 0.5 }) }
}

describe('refreshHealth', () => {
  it('spares an endpoint that fails five times, for every connection that uses it', () => {
    const { health } = setup()
    for (let failure = 1; failure < 5; failure += 1) {
      expect(health.note('one', ENDPOINT, { kind: 'ambiguous' })).toBeUndefined()
    }
    expect(health.holdOffSeconds('two', ENDPOINT)).toBe(0)

    expect(health.note('one', ENDPOINT, { kind: 'unavailable' })).toEqual({
      change: 'failing',
      reason: 'unavailable',
    })
    expect(health.holdOffSeconds('two', ENDPOINT)).toBeGreaterThan(0)
    expect(health.holdOffSeconds('two', 'https://another.example/token')).toBe(0)
  })

  it.each(['granted', 'revoked', 'client_refused'] as const)(
    'counts an endpoint’s failures anew where it has answered %s between them',
    (kind) => {
      const { health } = setup()
      const fail = () => health.note('one', ENDPOINT, { kind: 'ambiguous' })
      for (let failure = 1; failure < 5; failure += 1) fail()
      health.note('two', ENDPOINT, { kind })

      expect(fail()).toBeUndefined()
      expect(health.holdOffSeconds('one', ENDPOINT)).toBe(0)
    },
  )

  it('holds a connection off whose client is refused, and no other at the endpoint', () => {
    const { health } = setup()

    expect(health.note('one', ENDPOINT, { kind: 'client_refused' })).toEqual({
      change: 'failing',
      reason: 'client_refused',
    })
    expect(health.note('one', ENDPOINT, { kind: 'client_refused' })).toBeUndefined()
    expect(health.holdOffSeconds('one', ENDPOINT)).toBeGreaterThan(0)
    expect(health.holdOffSeconds('two', ENDPOINT)).toBe(0)
  })

  it.each(['granted', 'revoked', 'changed'] as const)(
    'knows a connection for recovered once it is answered %s',
    (kind) => {
      const { health } = setup()
      health.note('one', ENDPOINT, { kind: 'client_refused' })

      expect(health.note('one', ENDPOINT, { kind })).toEqual({ change: 'recovered' })
      expect(health.note('one', ENDPOINT, { kind })).toBeUndefined()
      expect(health.holdOffSeconds('one', ENDPOINT)).toBe(0)
    },
  )
})
