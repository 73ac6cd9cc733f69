import { describe, expect, it } from 'vitest'
import type { DueSessions } from '#core/refresher/due-sessions.ts'
import { refresherHandler } from '../../lambdas/refresher/handler.ts'
import { refresherWorld } from '../support/refresher-world.ts'

async function setup() {
  const { deps } = await refresherWorld()
  const asked: number[] = []
  const due: DueSessions = {
    async page(shard) {
      asked.push(shard)
      return { sessions: [], next: undefined }
    },
    postpone: async () => undefined,
    drop: async () => undefined,
  }
  const handler = refresherHandler({ ...deps, due })
  const handle = async (event: object, remaining = 90_000) =>
    handler(event as never, { getRemainingTimeInMillis: () => remaining })
  return { handle, asked }
}

describe('the refresher', () => {
  it('works the shards that its schedule owns', async () => {
    const { handle, asked } = await setup()

    await handle({ firstShard: 8, lastShard: 15, concurrency: 50 })

    expect(asked.toSorted((one, other) => one - other)).toEqual([8, 9, 10, 11, 12, 13, 14, 15])
  })

  it.each([
    {},
    { firstShard: 0 },
    { firstShard: 0, lastShard: 16 },
    { firstShard: -1, lastShard: 3 },
    { firstShard: 4, lastShard: 3 },
    { firstShard: '0', lastShard: '7' },
  ])('fails at an event without its shards: %j', async (event) => {
    const { handle, asked } = await setup()

    await expect(handle({ concurrency: 50, ...event })).rejects.toThrow('shards')
    expect(asked).toEqual([])
  })

  it.each([undefined, 0, 501, 1.5, '50'])('fails at a concurrency of %j', async (concurrency) => {
    const { handle, asked } = await setup()

    await expect(handle({ firstShard: 0, lastShard: 7, concurrency })).rejects.toThrow('at once')
    expect(asked).toEqual([])
  })

  it('reads nothing where there is no time left', async () => {
    const { handle, asked } = await setup()

    await handle({ firstShard: 0, lastShard: 7, concurrency: 50 }, 24_999)

    expect(asked).toEqual([])
  })
})
