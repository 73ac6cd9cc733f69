import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { places } from '#core/refresher/places.ts'

/** Who asked, and in which order they found a place. */
function setup(count: number) {
  const takePlace = places(count)
  const seated: string[] = []
  const ask = async (name: string) => {
    const leave = await takePlace()
    seated.push(name)
    return leave
  }
  return { ask, seated }
}

describe('places', () => {
  it('are taken in the order of asking, and waited for when there are no more', async () => {
    const { ask, seated } = setup(2)
    const [first] = [ask('a'), ask('b'), ask('c'), ask('d')]
    await setImmediate()
    expect(seated).toEqual(['a', 'b'])

    const leave = await first
    leave()
    await setImmediate()

    expect(seated).toEqual(['a', 'b', 'c'])
  })

  it('are left once by whoever leaves twice', async () => {
    const { ask, seated } = setup(1)
    const [first] = [ask('a'), ask('b'), ask('c')]
    const leave = await first
    leave()
    leave()
    await setImmediate()

    expect(seated).toEqual(['a', 'b'])
  })

  it('are free again when nobody waited for them', async () => {
    const { ask, seated } = setup(1)
    const leave = await ask('a')
    leave()
    leave()
    await Promise.race([Promise.all([ask('b'), ask('c')]), setImmediate()])

    expect(seated).toEqual(['a', 'b'])
  })
})
