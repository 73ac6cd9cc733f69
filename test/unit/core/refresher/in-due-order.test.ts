import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DueSession, DueSessions } from '#core/refresher/due-sessions.ts'
import { inDueOrder, PAGE_SIZE } from '#core/refresher/in-due-order.ts'
import { NOW } from '../../../fixtures.ts'

/** An index of these times, by shard, that counts what is asked of it. */
function indexOf(shards: readonly (readonly number[])[]) {
  const asked: number[] = []
  const due: DueSessions = {
    async page(shard, { until, limit, from = { begin: 0 } }) {
      asked.push(shard)
      const { begin } = from as { readonly begin: number }
      const all = (shards[shard] ?? []).toSorted((a, b) => a - b).filter((time) => time <= until)
      const sessions = all
        .slice(begin, begin + limit)
        .map((dueAt, index) => ({ id: `${shard}/${begin + index}`, dueAt }))
      const end = begin + sessions.length
      return { sessions, next: end < all.length ? { begin: end } : undefined }
    },
    postpone: async () => undefined,
    drop: async () => undefined,
  }
  return { due, asked }
}

async function all(queue: ReturnType<typeof inDueOrder>): Promise<readonly DueSession[]> {
  const taken: DueSession[] = []
  for (let next = await queue.next(); next; next = await queue.next()) taken.push(next)
  return taken
}

describe('inDueOrder', () => {
  it('is one queue of all shards, each session once, the oldest first', async () => {
    const time = fc.integer({ min: NOW - 300, max: NOW + 90 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(time, { maxLength: 250 }), { maxLength: 6 }),
        async (s) => {
          const queue = inDueOrder(indexOf(s).due, [...s.keys()], NOW)
          const taken = await all(queue)

          const expected = s.flat().filter((at) => at <= NOW)
          expect(taken.map(({ dueAt }) => dueAt)).toEqual(expected.toSorted((a, b) => a - b))
          expect(new Set(taken.map(({ id }) => id)).size).toBe(expected.length)
          expect(queue.waiting).toBe(0)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('gives many takers at once a session each, and none two', async () => {
    const times = Array.from({ length: 250 }, (_, index) => NOW - index)
    const queue = inDueOrder(indexOf([times, times]).due, [0, 1], NOW)

    const taken = await Promise.all(Array.from({ length: 600 }, () => queue.next()))

    expect(new Set(taken.flatMap((one) => one?.id ?? [])).size).toBe(500)
  })

  it('reads a page of each of its shards, and more of one only when that is worked', async () => {
    const times = Array(2 * PAGE_SIZE).fill(NOW)
    const { due, asked } = indexOf([times, times, times])
    const queue = inDueOrder(due, [0, 2], NOW)

    await queue.next()

    expect(asked).toEqual([0, 2])
    expect(queue.waiting).toBe(2 * PAGE_SIZE - 1)
  })

  it('goes on past an empty page that is not the last', async () => {
    const pages = [
      { sessions: [], next: { begin: 1 } },
      { sessions: [{ id: 'one', dueAt: NOW }], next: undefined },
    ]
    const unasked = async () => undefined
    const due = { page: async () => pages.shift() ?? fail(), postpone: unasked, drop: unasked }

    expect(await all(inDueOrder(due, [0], NOW))).toEqual([{ id: 'one', dueAt: NOW }])
  })

  it('says which shard it could not read, and gives what the others have', async () => {
    const { due } = indexOf([[NOW], [NOW]])
    const broken = new Error('throttled')
    const page: DueSessions['page'] = async (shard, request) => {
      if (shard === 0) throw broken
      return due.page(shard, request)
    }
    const queue = inDueOrder({ ...due, page }, [0, 1], NOW)

    expect(await all(queue)).toEqual([{ id: '1/0', dueAt: NOW }])
    expect([...queue.failures]).toEqual([[0, broken]])
  })
})

function fail(): never {
  throw new Error('read past the end')
}
