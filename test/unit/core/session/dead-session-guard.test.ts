import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { NOW } from '../../../fixtures.ts'

const NAMED = { app: 'heartline', key: 'session-1' }

function setup() {
  const clock = { now: NOW }
  const guard = deadSessionGuard(() => clock.now)
  let served = 0
  const ask = (
    code: 'session_over' | 'token_invalid' | 'upstream_timeout' = 'session_over',
    named = NAMED,
  ) =>
    guard(named, async () => {
      served += 1
      throw new BrokerError(code)
    }).catch((error: BrokerError) => error)
  const dieThrice = async () => {
    for (let time = 0; time < 3; time += 1) await ask()
  }
  return { clock, guard, ask, dieThrice, served: () => served }
}

describe('deadSessionGuard', () => {
  it('passes on what is served', async () => {
    const { guard } = setup()

    expect(await guard(NAMED, async () => 'answer')).toBe('answer')
  })

  it.each(['session_over', 'token_invalid'] as const)(
    'passes %s on three times, and then serves no more (CL-12)',
    async (code) => {
      const { ask, served } = setup()

      const codes = []
      for (let time = 0; time < 5; time += 1) codes.push(await ask(code))

      expect(codes).toMatchObject([
        { code },
        { code },
        { code },
        { code: 'session_over_repeatedly', status: 429, retryAfterSeconds: 10 },
        { code: 'session_over_repeatedly' },
      ])
      expect(served()).toBe(3)
    },
  )

  it('says how long it is until it serves again, and then does', async () => {
    const { clock, ask, dieThrice } = setup()
    await dieThrice()

    clock.now += 9
    expect(await ask()).toMatchObject({ status: 429, retryAfterSeconds: 1 })
    clock.now += 1
    expect(await ask()).toMatchObject({ code: 'session_over' })
  })

  it('counts no answer that is ten seconds old', async () => {
    const { clock, ask } = setup()

    for (let time = 0; time < 8; time += 1) {
      expect(await ask()).toMatchObject({ code: 'session_over' })
      clock.now += 4
    }
  })

  it('holds nothing against another session, or another app', async () => {
    const { ask, dieThrice } = setup()
    await dieThrice()

    expect(await ask('session_over', { ...NAMED, key: 'session-2' })).toMatchObject({ status: 403 })
    expect(await ask('session_over', { ...NAMED, app: 'other' })).toMatchObject({ status: 403 })
  })

  it('counts no other failure', async () => {
    const { ask } = setup()

    for (let time = 0; time < 5; time += 1) {
      expect(await ask('upstream_timeout')).toMatchObject({ code: 'upstream_timeout' })
    }
  })
})
