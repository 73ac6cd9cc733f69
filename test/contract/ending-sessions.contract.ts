import { describe, expect, it } from 'vitest'
import type { EndingSessions } from '#core/session/ending-sessions.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'

/** The end of sessions under test, with the store of the sessions that end. */
export interface EndingSessionsUnderTest {
  readonly endings: EndingSessions
  readonly sessions: SessionStore
}

const lease = { owner: 'holder', until: NOW + 20 }
const attempt = { id: 'attempt-1', startedAt: NOW, phase: 'redeeming' } as const
const renewed = {
  sealedTokens: new Uint8Array([7]),
  tokenVersion: 2,
  accessTokenExpiresAt: NOW + 7_200,
  refreshDueAt: NOW + 7_140,
  scopes: [],
}

/** What every {@link EndingSessions} owes its callers. Each adapter's test runs it. */
export function endingSessionsContract(create: () => Promise<EndingSessionsUnderTest>): void {
  describe('as EndingSessions', () => {
    async function setup(changes: Partial<Session> = {}) {
      const { endings, sessions } = await create()
      const session = aSession(changes)
      await sessions.create(session)
      const row = () => sessions.read(session.id, { consistent: true })
      const acquire = () => sessions.acquireLease(session.id, { fence: 0, lease, attempt })
      return { endings, sessions, session, row, acquire }
    }

    it('marks a session as it was read, due at once, and answers it', async () => {
      const { endings, session, row } = await setup({ dueAt: NOW + 900 })

      const ending = await endings.begin(session, NOW)

      const marked = { status: 'ending', dueAt: NOW, fence: 1 }
      expect(ending).toEqual({ ...session, ...marked })
      expect(await row()).toEqual(ending)
    })

    it.each<[string, (made: Awaited<ReturnType<typeof setup>>) => Promise<unknown>]>([
      ['was used since', ({ sessions, session }) => sessions.touch(session.id, NOW + 1)],
      ['is being renewed', ({ acquire }) => acquire()],
      ['has ended', ({ endings, session }) => endings.begin(session, NOW - 5)],
    ])('does not mark a session that %s', async (_, happens) => {
      const made = await setup()
      await happens(made)
      const before = await made.row()

      expect(await made.endings.begin(made.session, NOW)).toBeUndefined()

      expect(await made.row()).toEqual(before)
    })

    it('ends the lease of a dead holder, who can write no more', async () => {
      const { endings, sessions, session, acquire, row } = await setup()
      const held = (await acquire()) ?? session

      const ending = await endings.begin(held, NOW, lease.owner)

      expect(ending).toMatchObject({ status: 'ending', attempt })
      expect(ending?.lease).toBeUndefined()
      const guard = { fence: held.fence, owner: lease.owner }
      expect(await sessions.storeTokens(session.id, guard, renewed)).toBe(false)
      expect((await row())?.tokenVersion).toBe(1)
    })

    it('marks no session that is gone', async () => {
      const { endings, row, session } = await setup()
      const ending = (await endings.begin(session, NOW)) ?? session
      await endings.remove(ending)

      expect(await endings.begin(session, NOW)).toBeUndefined()
      expect(await row()).toBeUndefined()
    })

    it('removes a session that is marked, once and for all', async () => {
      const { endings, row, session } = await setup()
      const ending = (await endings.begin(session, NOW)) ?? session

      await endings.remove(ending)
      await endings.remove(ending)

      expect(await row()).toBeUndefined()
    })

    it('removes none that is active, or whose tokens are others than were read', async () => {
      const { endings, row, session } = await setup()
      await endings.remove(session)
      expect(await row()).toEqual(session)

      const ending = (await endings.begin(session, NOW)) ?? session
      await endings.remove({ ...ending, tokenVersion: 2 })
      await endings.remove({ ...ending, fence: 0 })

      expect(await row()).toEqual(ending)
    })
  })
}
