import { describe, expect, it } from 'vitest'
import { stopwatch } from '#core/latency/stopwatch.ts'

function setup() {
  const clock = { ms: 1_000 }
  const watch = stopwatch(() => clock.ms)
  /** Work that is under way until it is told to end. */
  const work = () => {
    let resolve: (value: string) => void = () => {}
    let reject: (error: Error) => void = () => {}
    const promise = new Promise<string>((...settle) => {
      ;[resolve, reject] = settle
    })
    return { done: watch.during(promise), resolve, reject }
  }
  return { clock, watch, work }
}

describe('stopwatch', () => {
  it('adds up stretches, and not what lies between', async () => {
    const { clock, watch, work } = setup()
    expect([watch.hasRun, watch.ms]).toEqual([false, 0])
    for (const name of ['first', 'second']) {
      const { done, resolve } = work()
      clock.ms += 30
      resolve(name)
      expect(await done).toBe(name)
      clock.ms += 500
    }
    expect([watch.hasRun, watch.ms]).toEqual([true, 60])
  })

  it('counts what overlaps once', async () => {
    const { clock, watch, work } = setup()
    const [long, short] = [work(), work()]
    clock.ms += 10
    short.resolve('')
    await short.done
    clock.ms += 20
    const late = work()
    clock.ms += 5
    long.resolve('')
    await long.done
    clock.ms += 7
    late.resolve('')
    await late.done
    expect(watch.ms).toBe(42)
  })

  it('stops for work that fails, which its caller is told', async () => {
    const { clock, watch, work } = setup()
    const { done, reject } = work()
    clock.ms += 10
    reject(new Error('no'))
    await expect(done).rejects.toThrow('no')
    clock.ms += 10
    expect(watch.ms).toBe(10)
  })

  it('tells of what is still under way', () => {
    const { clock, watch, work } = setup()
    work()
    clock.ms += 10
    expect(watch.ms).toBe(10)
  })
})
