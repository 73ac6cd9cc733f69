import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { NOW } from '../../../fixtures.ts'

function setup() {
  const clock = { now: NOW }
  let sent = 0
  const pauses = upstreamPauses(() => clock.now)
  const ask = (answer: Response | BrokerError = new Response(), connection = 'general') =>
    pauses(connection, async () => {
      sent += 1
      if (answer instanceof BrokerError) throw answer
      return answer
    })
  return { clock, ask, sent: () => sent }
}

const tooMany = (retryAfter: string, status = 429) =>
  new Response('', { status, headers: { 'retry-after': retryAfter } })
const paused = (retryAfterSeconds: number) =>
  expect.objectContaining({ code: 'upstream_throttled', retryAfterSeconds })

describe('upstreamPauses', () => {
  it.each([
    ['seconds', '7'],
    ['a date', new Date((NOW + 7) * 1_000).toUTCString()],
  ])(
    'passes a 429 with its Retry-After in %s, and then sends nothing for so long',
    async (_, value) => {
      const { ask, clock, sent } = setup()
      expect((await ask(tooMany(value))).status).toBe(429)
      await expect(ask()).rejects.toEqual(paused(7))
      clock.now += 6
      await expect(ask()).rejects.toEqual(paused(1))
      expect(sent()).toBe(1)
      clock.now += 1
      expect((await ask()).status).toBe(200)
    },
  )

  it('remembers it of the one connection', async () => {
    const { ask } = setup()
    await ask(tooMany('7', 503))
    expect((await ask(new Response(), 'mercy')).status).toBe(200)
  })

  it('stays away for a minute at most, and not at all where no time is said', async () => {
    const { ask, clock } = setup()
    for (const answer of [
      tooMany('0'),
      tooMany('soon'),
      tooMany('-5'),
      new Response('', { status: 429 }),
    ]) {
      await ask(answer)
    }
    await ask(tooMany('7', 500))
    await ask(tooMany('86400'))
    await expect(ask()).rejects.toEqual(paused(60))
    clock.now += 60
    expect((await ask()).status).toBe(200)
  })

  it('leaves an EHR alone for a moment that does not answer five times in a row (FD-46)', async () => {
    const { ask, clock, sent } = setup()
    const out = new BrokerError('upstream_unavailable')
    const fail = async (times: number) => {
      for (let time = 0; time < times; time += 1) await expect(ask(out)).rejects.toBe(out)
    }
    await fail(4)
    await ask()
    await fail(5)
    await expect(ask()).rejects.toEqual(paused(5))
    expect(sent()).toBe(10)
    clock.now += 5
    await fail(1)
    await expect(ask()).rejects.toEqual(paused(5))
    clock.now += 5
    await ask()
    await fail(4)
    await ask()
  })

  it('does not count what was answered, or broke off', async () => {
    const { ask } = setup()
    const broken = new BrokerError('upstream_interrupted')
    for (let time = 0; time < 9; time += 1) await expect(ask(broken)).rejects.toBe(broken)
    expect((await ask()).status).toBe(200)
  })
})
