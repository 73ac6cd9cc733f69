import { describe, expect, it } from 'vitest'
import type { Lease, RefreshAttempt, Session, SessionStore } from '#core/session/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'

const lease: Lease = { owner: 'first', until: NOW + 20 }
const attempt: RefreshAttempt = { id: 'attempt-1', startedAt: NOW, phase: 'redeeming' }
const guard = { fence: 1, owner: 'first' }
const renewed = {
  sealedTokens: new Uint8Array([7, 8, 9]),
  tokenVersion: 2,
  accessTokenExpiresAt: NOW + 7_200,
  refreshDueAt: NOW + 7_140,
  scopes: ['openid'],
}

/** A store under test, and the end of a session behind its back. */
export interface SessionStoreUnderTest {
  readonly store: SessionStore
  readonly remove: (id: string) => Promise<void>
}

/** What every {@link SessionStore} owes its callers. Each adapter's test runs it. */
export function sessionStoreContract(createStore: () => Promise<SessionStoreUnderTest>): void {
  describe('as a SessionStore', () => {
    async function setup(session: Session = aSession()) {
      const { store, remove } = await createStore()
      await store.create(session)
      const { id } = session
      return {
        store,
        id,
        session,
        remove: () => remove(id),
        row: () => store.read(id, { consistent: true }),
        acquire: (changes: object = {}) =>
          store.acquireLease(id, { fence: 0, lease, attempt, ...changes }),
      }
    }

    describe('create and read', () => {
      it('gives back the session that was created', async () => {
        const { row, session } = await setup(
          aSession({ encounter: 'enc-1', nextAttemptAt: NOW, refreshDueAt: NOW + 30 }),
        )

        expect(await row()).toEqual(session)
      })

      it('gives back whether a session is to be renewed ahead', async () => {
        const due = { refreshDueAt: NOW + 30, renewAhead: true, dueAt: NOW + 30 } as const
        const { row } = await setup(aSession(due))

        expect(await row()).toEqual(aSession(due))
      })

      it('knows no session that was not created', async () => {
        const { store } = await setup()

        expect(await store.read('another')).toBeUndefined()
      })

      it('refuses a second session of one id, and keeps the first', async () => {
        const { store, row, session } = await setup()
        const second = aSession({ app: 'another', sealedTokens: new Uint8Array([4]) })

        await expect(store.create(second)).rejects.toThrow()

        expect(await row()).toEqual(session)
      })

      it('takes a repetition of a create for the same, and changes nothing', async () => {
        const { store, row, session, acquire } = await setup()
        await acquire()

        await store.create(session)

        expect((await row())?.fence).toBe(1)
      })
    })

    describe('touch', () => {
      it('notes a later use, and never an earlier one', async () => {
        const { store, id, row } = await setup()

        await store.touch(id, NOW + 60)
        await store.touch(id, NOW + 30)

        expect((await row())?.lastUsedAt).toBe(NOW + 60)
      })

      it('never brings back a session', async () => {
        const { store, id, row, remove } = await setup()
        await remove()

        await store.touch(id, NOW + 60)

        expect(await row()).toBeUndefined()
      })
    })

    describe('demandReauthorization', () => {
      it('ends a session whose tokens are refused, which is looked at no more', async () => {
        const { store, id, row, session } = await setup(
          aSession({ refreshDueAt: NOW + 30, renewAhead: true, dueAt: NOW + 30 }),
        )

        await store.demandReauthorization(id, session.tokenVersion)

        const { dueAt, ...kept } = session
        expect(await row()).toEqual({ ...kept, status: 'reauthorization-required' })
      })

      it('leaves a session that has other tokens by now', async () => {
        const { store, id, row, session } = await setup()

        await store.demandReauthorization(id, session.tokenVersion + 1)

        expect(await row()).toEqual(session)
      })

      it('leaves a session that is being renewed', async () => {
        const { store, id, row, session, acquire } = await setup()
        const acquired = await acquire()

        await store.demandReauthorization(id, session.tokenVersion)

        expect(await row()).toEqual(acquired)
      })

      it('leaves a session that is ending', async () => {
        const { store, id, row, session } = await setup(aSession({ status: 'ending' }))

        await store.demandReauthorization(id, session.tokenVersion)

        expect(await row()).toEqual(session)
      })

      it('never brings back a session', async () => {
        const { store, id, row, session, remove } = await setup()
        await remove()

        await store.demandReauthorization(id, session.tokenVersion)

        expect(await row()).toBeUndefined()
      })
    })

    describe('acquireLease', () => {
      it('takes the lease, journals the attempt and bumps the fence, at once', async () => {
        const { acquire, row, session } = await setup()

        const acquired = await acquire()

        expect(acquired).toEqual({ ...session, fence: 1, lease, attempt })
        expect(await row()).toEqual(acquired)
      })

      it('gives the lease to exactly one of thirty racers', async () => {
        const { acquire, row } = await setup()

        const taken = await Promise.all(
          Array.from({ length: 30 }, (_, racer) =>
            acquire({ lease: { owner: `racer-${racer}`, until: NOW + 20 } }),
          ),
        )

        const winners = taken.filter((session) => session !== undefined)
        expect(winners).toHaveLength(1)
        expect(await row()).toEqual(winners[0])
      })

      it('recognizes its own lease, taken by a write whose answer was lost', async () => {
        const { acquire } = await setup()
        const first = await acquire()

        expect(await acquire()).toEqual(first)
      })

      it('refuses a fence that is not the row’s', async () => {
        const { acquire, row, session } = await setup()

        expect(await acquire({ fence: 3 })).toBeUndefined()

        expect(await row()).toEqual(session)
      })

      it.each(['ending', 'reauthorization-required'] as const)(
        'refuses a session that is %s',
        async (status) => {
          const { acquire } = await setup(aSession({ status }))

          expect(await acquire()).toBeUndefined()
        },
      )

      it('refuses where the owner that was found dead has stored meanwhile', async () => {
        const { acquire, store, id, row } = await setup()
        await acquire()
        await store.storeTokens(id, guard, renewed)
        const before = await row()
        const second = { fence: 1, lease: { owner: 'second', until: NOW + 40 } }

        expect(await acquire({ ...second, deadOwner: 'first' })).toBeUndefined()

        expect(await row()).toEqual(before)
      })

      it('takes over from the owner that was found dead, and from no other', async () => {
        const { acquire } = await setup()
        await acquire()
        const second = { fence: 1, lease: { owner: 'second', until: NOW + 40 } }

        expect(await acquire(second)).toBeUndefined()
        expect(await acquire({ ...second, deadOwner: 'somebody' })).toBeUndefined()

        expect(await acquire({ ...second, deadOwner: 'first' })).toMatchObject({
          fence: 2,
          lease: second.lease,
        })
      })

      it('never brings back a session', async () => {
        const { acquire, row, remove } = await setup()
        await remove()

        expect(await acquire()).toBeUndefined()
        expect(await row()).toBeUndefined()
      })
    })

    describe('storeTokens', () => {
      it('stores, clears the failures and frees the lease', async () => {
        const { store, id, acquire, row, session } = await setup(
          aSession({ failures: 2, nextAttemptAt: NOW }),
        )
        await acquire()

        expect(await store.storeTokens(id, guard, renewed)).toBe(true)

        const { nextAttemptAt, ...kept } = session
        expect(await row()).toEqual({ ...kept, ...renewed, failures: 0, fence: 1 })
      })

      it('recognizes its own write, whose answer was lost', async () => {
        const { store, id, acquire, row } = await setup()
        await acquire()
        await store.storeTokens(id, guard, renewed)
        const before = await row()

        expect(await store.storeTokens(id, guard, renewed)).toBe(true)

        expect(await row()).toEqual(before)
      })

      it.each([
        ['another fence', { fence: 2, owner: 'first' }],
        ['another owner', { fence: 1, owner: 'second' }],
      ])('refuses %s', async (_, other) => {
        const { store, id, acquire, row } = await setup()
        const acquired = await acquire()

        expect(await store.storeTokens(id, other, renewed)).toBe(false)

        expect(await row()).toEqual(acquired)
      })

      it('refuses a holder that was taken for dead', async () => {
        const { store, id, acquire, row } = await setup()
        await acquire()
        const second = await acquire({
          fence: 1,
          lease: { owner: 'second', until: NOW + 40 },
          deadOwner: 'first',
        })

        expect(await store.storeTokens(id, guard, renewed)).toBe(false)

        expect(await row()).toEqual(second)
      })

      it('stores for a session that is ending, which stays so', async () => {
        // An ending cannot be written through this port, so it stands before the lease.
        const { store, id } = await setup(aSession({ status: 'ending', fence: 1, lease, attempt }))

        expect(await store.storeTokens(id, guard, renewed)).toBe(true)

        expect((await store.read(id))?.status).toBe('ending')
      })

      it('does not put off when a session that is ending is due', async () => {
        const ended = { dueAt: NOW + 30 } as const
        const { store, id } = await setup(
          aSession({ status: 'ending', fence: 1, lease, attempt, ...ended }),
        )

        const later = { ...renewed, renewAhead: true, dueAt: NOW + 7_140 } as const
        expect(await store.storeTokens(id, guard, later)).toBe(true)

        expect(await store.read(id)).toMatchObject({ ...ended, tokenVersion: 2 })
      })

      it.each([
        ['tokens that live long enough', true],
        ['tokens that do not', undefined],
      ] as const)('has %s renewed ahead: %s', async (_, renewAhead) => {
        const { store, id, acquire, row } = await setup(
          aSession({ dueAt: NOW + 30, ...(!renewAhead && { renewAhead: true }) }),
        )
        await acquire()
        const dueAt = NOW + 7_140

        await store.storeTokens(id, guard, { ...renewed, dueAt, ...(renewAhead && { renewAhead }) })

        expect(await row()).toMatchObject({ dueAt })
        expect((await row())?.renewAhead).toBe(renewAhead)
      })

      it('has nobody look at what nobody is to look at', async () => {
        const { store, id, acquire, row } = await setup(aSession({ dueAt: NOW + 30 }))
        await acquire()

        await store.storeTokens(id, guard, renewed)

        expect((await row())?.dueAt).toBeUndefined()
      })

      it('never brings back a session', async () => {
        const { store, id, acquire, row, remove } = await setup()
        await acquire()
        await remove()

        expect(await store.storeTokens(id, guard, renewed)).toBe(false)
        expect(await row()).toBeUndefined()
      })
    })

    describe('releaseLease', () => {
      it('frees the lease and notes the failure and when to try again', async () => {
        const { store, id, acquire, row, session } = await setup()
        await acquire()

        const released = await store.releaseLease(id, guard, {
          status: 'active',
          failures: 1,
          nextAttemptAt: NOW + 5,
        })

        expect(released).toBe(true)
        expect(await row()).toEqual({ ...session, fence: 1, failures: 1, nextAttemptAt: NOW + 5 })
      })

      it('keeps an attempt of which the end is not known', async () => {
        const { store, id, acquire, row, session } = await setup()
        await acquire()

        const unresolved = { ...attempt, phase: 'unresolved' } as const
        await store.releaseLease(id, guard, {
          status: 'active',
          failures: 1,
          attempt: unresolved,
        })

        expect(await row()).toEqual({ ...session, fence: 1, failures: 1, attempt: unresolved })
      })

      it.each([
        ['active', NOW + 30],
        ['reauthorization-required', undefined],
      ] as const)('leaves a session that is %s to be looked at: %s', async (status, dueAt) => {
        const { store, id, acquire, row } = await setup(aSession({ dueAt: NOW + 30 }))
        await acquire()

        await store.releaseLease(id, guard, { status, failures: 1 })

        expect((await row())?.dueAt).toBe(dueAt)
      })

      it('keeps a session due that somebody has ended, whatever its holder met', async () => {
        const ended = { status: 'ending', dueAt: NOW + 30 } as const
        const { store, id } = await setup(aSession({ ...ended, fence: 1, lease, attempt }))

        await store.releaseLease(id, guard, { status: 'reauthorization-required', failures: 1 })

        expect(await store.read(id)).toMatchObject(ended)
      })

      it('marks a session that needs the person, and forgets an earlier pause', async () => {
        const { store, id, acquire, row, session } = await setup(aSession({ nextAttemptAt: NOW }))
        await acquire()

        await store.releaseLease(id, guard, { status: 'reauthorization-required', failures: 1 })

        const { nextAttemptAt, ...kept } = session
        expect(await row()).toEqual({
          ...kept,
          fence: 1,
          failures: 1,
          status: 'reauthorization-required',
        })
      })

      it.each(['active', 'reauthorization-required'] as const)(
        'leaves a session ending that ended meanwhile, for the outcome %s',
        async (status) => {
          const { store, id, row } = await setup(
            aSession({ status: 'ending', fence: 1, lease, attempt }),
          )

          expect(await store.releaseLease(id, guard, { status, failures: 1 })).toBe(true)

          const after = await row()
          expect(after?.status).toBe('ending')
          expect(after?.lease).toBeUndefined()
        },
      )

      it('recognizes its own write, whose answer was lost', async () => {
        const { store, id, acquire } = await setup()
        await acquire()
        const outcome = { status: 'reauthorization-required', failures: 1 } as const
        await store.releaseLease(id, guard, outcome)

        expect(await store.releaseLease(id, guard, outcome)).toBe(true)
      })

      it('refuses who does not hold the lease', async () => {
        const { store, id, acquire, row } = await setup()
        const acquired = await acquire()
        const other = { fence: 1, owner: 'second' }

        expect(await store.releaseLease(id, other, { status: 'active', failures: 1 })).toBe(false)

        expect(await row()).toEqual(acquired)
      })

      it('never brings back a session', async () => {
        const { store, id, acquire, row, remove } = await setup()
        await acquire()
        await remove()
        const outcome = { status: 'reauthorization-required', failures: 1 } as const

        expect(await store.releaseLease(id, guard, outcome)).toBe(false)
        expect(await row()).toBeUndefined()
      })
    })
  })
}
