import { describe, expect, it } from 'vitest'
import type { DueCursor, DueSession, DueSessions } from '#core/refresher/due-sessions.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'

/** An index under test, with the store of the sessions that it is of. */
export interface DueSessionsUnderTest {
  readonly due: DueSessions
  readonly sessions: SessionStore
}

/** Keys whose first byte, and so whose shard, is the number given. */
export function keyInShard(shard: number, serial = 0): string {
  return Buffer.from([shard, serial >> 8, serial & 255, ...Array(29).fill(7)]).toString('base64url')
}

/** What every {@link DueSessions} owes its callers. Each adapter's test runs it. */
export function dueSessionsContract(create: () => Promise<DueSessionsUnderTest>): void {
  describe('as DueSessions', () => {
    async function setup(...sessions: readonly Partial<Session>[]) {
      const made = await create()
      for (const session of sessions) await made.sessions.create(aSession(session))
      const { due } = made
      const page = async (shard: number, limit = 10, from?: DueCursor) =>
        due.page(shard, { until: NOW, limit, ...(from && { from }) })
      return { ...made, page }
    }

    const dueAt = (shard: number, serial: number, dueAt: number): Partial<Session> => ({
      id: keyInShard(shard, serial),
      dueAt,
    })

    it('gives what is due in a shard, the oldest first, and nothing of another', async () => {
      const { page } = await setup(
        dueAt(3, 1, NOW),
        dueAt(3, 2, NOW - 60),
        dueAt(3, 3, NOW + 1),
        dueAt(4, 4, NOW - 90),
      )

      expect(await page(3)).toEqual({
        sessions: [
          { id: keyInShard(3, 2), dueAt: NOW - 60 },
          { id: keyInShard(3, 1), dueAt: NOW },
        ],
        next: undefined,
      })
      expect((await page(4)).sessions).toHaveLength(1)
      expect((await page(5)).sessions).toEqual([])
    })

    it('knows only sessions that are to be looked at', async () => {
      const renewed = { refreshDueAt: NOW - 60, renewAhead: true } as const
      const { page } = await setup({ id: keyInShard(3, 1), ...renewed })

      expect((await page(3)).sessions).toEqual([])
    })

    it('gives it in pages, each once, also of one second', async () => {
      const times = [NOW - 9, NOW - 5, NOW - 5, NOW - 5, NOW - 1]
      const { page } = await setup(...times.map((time, serial) => dueAt(3, serial, time)))

      const seen: DueSession[] = []
      let from: DueCursor | undefined
      do {
        const { sessions, next } = await page(3, 2, from)
        expect(sessions.length).toBeLessThanOrEqual(2)
        seen.push(...sessions)
        from = next
      } while (from)

      expect(seen.map(({ dueAt }) => dueAt)).toEqual(times)
      expect(new Set(seen.map(({ id }) => id)).size).toBe(times.length)
    })

    it('goes on behind a page whose sessions have been renewed meanwhile', async () => {
      const { due, page } = await setup(dueAt(3, 1, NOW - 9), dueAt(3, 2, NOW - 5))
      const { sessions, next } = await page(3, 1)
      for (const session of sessions) await due.drop(session)

      expect((await page(3, 1, next)).sessions).toEqual([{ id: keyInShard(3, 2), dueAt: NOW - 5 }])
    })

    it('forgets what is dropped, whose session stays', async () => {
      const { due, page, sessions } = await setup(dueAt(3, 1, NOW - 60))
      const dropped = { id: keyInShard(3, 1), dueAt: NOW - 60 }

      await due.drop(dropped)
      await due.drop(dropped)

      expect((await page(3)).sessions).toEqual([])
      expect(await sessions.read(dropped.id)).toMatchObject({ status: 'active' })
      expect((await sessions.read(dropped.id))?.dueAt).toBeUndefined()
    })

    it('has what is postponed looked at later, and not what fell due anew, ends, or is gone', async () => {
      const { due, page, sessions } = await setup(dueAt(3, 1, NOW - 60), dueAt(3, 2, NOW - 50), {
        ...dueAt(3, 3, NOW - 40),
        status: 'ending',
      })
      const gone = keyInShard(3, 4)

      await due.postpone({ id: keyInShard(3, 1), dueAt: NOW - 60 }, NOW + 900)
      await due.postpone({ id: keyInShard(3, 2), dueAt: NOW - 51 }, NOW + 900)
      await due.postpone({ id: keyInShard(3, 3), dueAt: NOW - 40 }, NOW + 900)
      await due.postpone({ id: gone, dueAt: NOW - 60 }, NOW + 900)

      expect((await page(3)).sessions.map(({ dueAt }) => dueAt)).toEqual([NOW - 50, NOW - 40])
      expect((await sessions.read(keyInShard(3, 1)))?.dueAt).toBe(NOW + 900)
      expect(await sessions.read(gone)).toBeUndefined()
    })

    it('has nothing looked at by postponing it that was dropped', async () => {
      const { due, sessions } = await setup(dueAt(3, 1, NOW - 60))
      const session = { id: keyInShard(3, 1), dueAt: NOW - 60 }
      await due.drop(session)

      await due.postpone(session, NOW + 900)

      expect((await sessions.read(session.id))?.dueAt).toBeUndefined()
    })

    it('keeps what fell due anew, and brings back nothing that is gone', async () => {
      const { due, page, sessions } = await setup(dueAt(3, 1, NOW - 60))
      const gone = keyInShard(3, 2)

      await due.drop({ id: keyInShard(3, 1), dueAt: NOW - 61 })
      await due.drop({ id: gone, dueAt: NOW - 60 })

      expect((await page(3)).sessions).toHaveLength(1)
      expect(await sessions.read(gone)).toBeUndefined()
    })
  })
}
