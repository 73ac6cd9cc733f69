import { describe, expect, it } from 'vitest'
import { recentMap } from '#core/recent-map.ts'

describe('recentMap', () => {
  it('keeps the entries set last, and forgets the others', () => {
    const map = recentMap<number>(2)

    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    map.set('c', 4)

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4])
  })
})
