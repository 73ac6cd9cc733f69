import { describe, expect, it } from 'vitest'
import { timedCache } from '#core/timed-cache.ts'
import { NOW } from '../../fixtures.ts'

function setup({ maxEntries = 10 } = {}) {
  const clock = { now: NOW }
  const loads: string[] = []
  const cache = timedCache<string>({
    now: () => clock.now,
    lifetimeSeconds: (value) => (value === 'missing' ? 5 : 60),
    maxEntries,
  })
  const read = (key: string, value = key, options?: { readonly fresh: boolean }) =>
    cache.read(
      key,
      async () => {
        loads.push(key)
        return value
      },
      options,
    )
  return { cache, clock, loads, read }
}

describe('timedCache', () => {
  it('keeps a value for its lifetime, which the value may decide', async () => {
    const { clock, read } = setup()
    await read('a', 'one')
    await read('b', 'missing')

    clock.now = NOW + 59
    expect(await read('a', 'two')).toBe('one')
    expect(await read('b', 'there')).toBe('there')

    clock.now = NOW + 60
    expect(await read('a', 'two')).toBe('two')
  })

  it('loads once for all that ask while it loads', async () => {
    const { loads, read } = setup()

    expect(await Promise.all([read('a', 'one'), read('a', 'two'), read('a', 'three')])).toEqual([
      'one',
      'one',
      'one',
    ])
    expect(loads).toEqual(['a'])
  })

  it('keeps no failure', async () => {
    const { cache, read } = setup()
    const failed = cache.read('a', () => Promise.reject(new Error('down')))

    await expect(failed).rejects.toThrow('down')
    expect(await read('a', 'up')).toBe('up')
  })

  it('does not let an older failure drop a newer value', async () => {
    const { cache, loads, read } = setup()
    let fail = () => {}
    const older = cache.read(
      'a',
      () =>
        new Promise((_resolve, reject) => {
          fail = () => reject(new Error('down'))
        }),
    )
    await read('a', 'newer', { fresh: true })
    fail()

    await expect(older).rejects.toThrow('down')
    expect(await read('a', 'newest')).toBe('newer')
    expect(loads).toEqual(['a'])
  })

  it('forgets the oldest when it is full', async () => {
    const { loads, read } = setup({ maxEntries: 2 })
    for (const key of ['a', 'b', 'c']) await read(key)

    await read('c')
    await read('b')
    expect(loads).toEqual(['a', 'b', 'c'])

    await read('a')
    expect(loads).toEqual(['a', 'b', 'c', 'a'])
  })

  describe('that may serve what is stale', () => {
    function staleCache() {
      const clock = { now: NOW }
      const cache = timedCache<string>({
        now: () => clock.now,
        lifetimeSeconds: () => 60,
        maxEntries: 10,
        stale: { seconds: 600, retrySeconds: 30 },
      })
      const told: unknown[] = []
      const read = (answer: string | Error) =>
        cache.read(
          'a',
          async () => {
            if (answer instanceof Error) throw answer
            return answer
          },
          { onStale: (error) => told.push(error) },
        )
      return { clock, read, told }
    }

    it('stands a value in for one that fails to come, says so, and tries again soon', async () => {
      const { clock, read, told } = staleCache()
      await read('one')
      const failure = new Error('down')

      clock.now += 60
      expect(await read(failure)).toBe('one')
      expect(told).toEqual([failure])
      clock.now += 29
      expect(await read('two')).toBe('one')
      clock.now += 1
      expect(await read('two')).toBe('two')
    })

    it('stands in for so long only, and for nothing that never came', async () => {
      const { clock, read } = staleCache()
      await expect(read(new Error('down'))).rejects.toThrow('down')
      await read('one')

      clock.now += 60 + 600
      await expect(read(new Error('down'))).rejects.toThrow('down')
    })
  })
})
