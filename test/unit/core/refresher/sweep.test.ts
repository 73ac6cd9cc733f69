import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { type SweepDeps, sweep } from '#core/refresher/sweep.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { AccessTokens } from '#core/tokens/access-tokens.ts'
import { aSession, NOW } from '../../../fixtures.ts'
import { refresherWorld } from '../../../support/refresher-world.ts'

const PLENTY = () => 90_000

/** Sessions, by shards of their first letter, and tokens that are renewed as a test says. */
async function setup(
  rows: readonly Partial<Session>[],
  renew: (session: Session) => Promise<Session> = async (session) => session,
) {
  const world = await refresherWorld(rows)
  const worked: string[] = []
  const tokens: AccessTokens = {
    async freshAccessToken(session) {
      worked.push(session.id)
      return { accessToken: new Secret('access'), session: await renew(session) }
    },
  }
  const run = (
    { concurrency = 50, ...changes }: Partial<SweepDeps> & { readonly concurrency?: number } = {},
    remainingMs = PLENTY,
  ) =>
    sweep(
      { firstShard: 0, lastShard: 1, concurrency, remainingMs },
      { ...world.deps, tokens, ...changes },
    )
  return { ...world, run, worked, due: world.deps.due }
}

const renewed = async (session: Session) => ({ ...session, tokenVersion: 2 })

describe('sweep', () => {
  it('renews what falls due within the minute, in its own shards, the oldest first', async () => {
    const { run, worked, metrics } = await setup(
      [
        { id: 'a-1', refreshDueAt: NOW + 59 },
        { id: 'b-1', refreshDueAt: NOW - 500 },
        { id: 'a-2', refreshDueAt: NOW + 60 },
        { id: 'a-3', refreshDueAt: NOW - 5 },
        { id: 'c-1', refreshDueAt: NOW - 900 },
      ],
      renewed,
    )

    const summary = await run({ concurrency: 1 })

    expect(worked).toEqual(['b-1', 'a-3', 'a-1'])
    expect(summary).toEqual({
      renewed: 3,
      ended: 0,
      dropped: 0,
      left: 0,
      failed: 0,
      waiting: 0,
      oldestDueSeconds: 500,
    })
    expect(metrics.measures).toContainEqual({ name: 'OldestDue', seconds: 500 })
  })

  it('renews through the same core as a request, a minute ahead', async () => {
    const { run, session, sessions, instance, at, server, due: index } = await setup([])
    const due = { refreshDueAt: NOW + 3_540, dueAt: NOW + 3_540 }
    const row = { ...session, ...due, renewAhead: true } as const
    sessions.put(row)
    at(3_481)
    const named = { sessions: [{ id: row.id, dueAt: NOW + 3_540 }], next: undefined }

    const summary = await run({
      tokens: instance(),
      due: { ...index, page: async () => named },
      concurrency: 1,
    })

    // Both shards name it here: one renews it, the other finds it renewed.
    expect(summary).toMatchObject({ renewed: 1, left: 1, failed: 0 })
    expect(server.presented).toEqual(['refresh-1'])
    expect((await sessions.read(row.id))?.tokenVersion).toBe(2)
  })

  it.each<[string, Partial<Session>]>([
    ['is idle', { lastUsedAt: NOW - 3_600 }],
    ['is past its end', { expiresAt: NOW }],
    ['is ending', { status: 'ending' }],
  ])('ends a session that %s, and renews nothing', async (_, row) => {
    const { run, worked, sessions, revoked } = await setup([{ id: 'a-1', ...row }])

    expect(await run()).toMatchObject({ ended: 1, renewed: 0 })

    expect(worked).toEqual([])
    expect(revoked).toEqual(['refresh-1'])
    expect(await sessions.read('a-1')).toBeUndefined()
  })

  it('takes a session that needs the person off the index, and leaves it', async () => {
    const { run, worked, sessions, revoked } = await setup([
      { id: 'a-1', status: 'reauthorization-required' },
    ])

    expect(await run()).toMatchObject({ dropped: 1 })

    expect([worked, revoked]).toEqual([[], []])
    expect(await sessions.read('a-1')).toMatchObject({ status: 'reauthorization-required' })
    expect((await sessions.read('a-1'))?.dueAt).toBeUndefined()
  })

  it.each<[string, Partial<Session>]>([
    ['pauses after a failure', { nextAttemptAt: NOW + 5 }],
    ['is about to end', { refreshDueAt: NOW + 59, expiresAt: NOW + 59 }],
    ['has been renewed since', { refreshDueAt: NOW + 60 }],
    ['is not looked at any more', {}],
    ['is gone', {}],
  ])('leaves a session that %s', async (reason, row) => {
    const { run, worked, sessions, due } = await setup([{ id: 'a-1', ...row }], renewed)
    if (reason.startsWith('is gone')) sessions.delete('a-1')
    const kept = aSession({ id: 'a-1' })
    if (reason.startsWith('is not')) sessions.put(kept)
    const lagging = async (shard: number) => ({
      sessions: shard === 0 ? [{ id: 'a-1', dueAt: NOW }] : [],
      next: undefined,
    })

    expect(await run({ due: { ...due, page: lagging } })).toMatchObject({ left: 1, renewed: 0 })
    expect(worked).toEqual([])
  })

  it('looks again at a session that is renewed by who asks when it may be over, if it was used', async () => {
    const { run, worked, sessions, at } = await setup([{ id: 'a-1', dueAt: NOW + 3_600 }])
    const { renewAhead, ...onDemand } = (await sessions.read('a-1')) ?? aSession()
    sessions.put({ ...onDemand, lastUsedAt: NOW + 1_800 })
    at(3_600)

    expect(await run()).toMatchObject({ left: 1 })
    expect(await sessions.read('a-1')).toMatchObject({ status: 'active', dueAt: NOW + 5_400 })
    at(5_400)
    expect(await run()).toMatchObject({ ended: 1 })

    expect(worked).toEqual([])
    expect(await sessions.read('a-1')).toBeUndefined()
  })

  it('counts a renewal that failed, and one that somebody else is about', async () => {
    const { run } = await setup([{ id: 'a-1' }, { id: 'b-1' }], async (session) =>
      session.id === 'a-1' ? { ...session, failures: 1 } : session,
    )

    expect(await run()).toMatchObject({ failed: 1, left: 1 })
  })

  it('works the others when one throws, and says what nobody foresaw', async () => {
    const { run, log } = await setup([{ id: 'a-1' }, { id: 'a-2' }, { id: 'a-3' }], async (one) => {
      if (one.id === 'a-1') throw new TypeError('token-canary')
      if (one.id === 'a-2') throw new BrokerError('session_over')
      return renewed(one)
    })

    expect(await run()).toMatchObject({ renewed: 1, failed: 2 })

    const [failure, ...more] = log.lines.filter(({ event }) => event === 'due_session_failed')
    expect(more).toEqual([])
    expect(failure).toMatchObject({ level: 'error', fields: { errorName: 'TypeError' } })
    expect(JSON.stringify(log.lines)).not.toContain('canary')
  })

  it('has many in work at once, and never more than it may', async () => {
    const most = { now: 0, ever: 0 }
    const rows = Array.from({ length: 60 }, (_, index) => ({ id: `a-${index}` }))
    const { run } = await setup(rows, async (session) => {
      most.now += 1
      most.ever = Math.max(most.ever, most.now)
      await new Promise((resolve) => setTimeout(resolve, 1))
      most.now -= 1
      return renewed(session)
    })

    expect(await run({ concurrency: 20 })).toMatchObject({ renewed: 60 })
    expect(most.ever).toBe(20)
  })

  it('begins nothing after 55 seconds, ends what it began, and leaves the rest to the next', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({
      id: `a-${index}`,
      refreshDueAt: NOW - 100 + index,
    }))
    const { run, worked, clock, sessions } = await setup(rows, async (session) => {
      clock.ms += 10_000
      await sessions.put({ ...session, refreshDueAt: NOW + 9_000 })
      return renewed(session)
    })

    const first = await run({ concurrency: 1 })
    expect(first).toMatchObject({ renewed: 6, waiting: 24 })
    expect(worked).toEqual(rows.slice(0, 6).map(({ id }) => id))

    await run({ concurrency: 1 })
    expect(worked).toEqual(rows.slice(0, 12).map(({ id }) => id))
  })

  it('begins nothing that the invocation might not see the end of', async () => {
    const { run, worked } = await setup([{ id: 'a-1' }, { id: 'a-2' }], renewed)
    const remaining = [25_000, 24_999]

    const summary = await run({ concurrency: 1 }, () => remaining.shift() ?? 0)

    expect(worked).toEqual(['a-1'])
    expect(summary).toMatchObject({ renewed: 1, waiting: 1 })
  })

  it('begins each session in a turn of the event loop of its own, so that they go out one by one', async () => {
    const begun: number[] = []
    let turns = 0
    const turn = () => {
      turns += 1
      if (begun.length < 4) setImmediate(turn)
    }
    const { run } = await setup(
      ['a-1', 'a-2', 'b-1', 'b-2'].map((id) => ({ id })),
      async (session) => {
        begun.push(turns)
        return renewed(session)
      },
    )
    setImmediate(turn)

    expect(await run()).toMatchObject({ renewed: 4 })

    expect(new Set(begun).size).toBe(4)
  })

  it('works the shards that it can read, and then fails for the one that it cannot', async () => {
    const { run, worked, due, log } = await setup([{ id: 'a-1' }, { id: 'b-1' }], renewed)
    const page: typeof due.page = async (shard, request) => {
      if (shard === 1) throw new Error('throttled')
      return due.page(shard, request)
    }

    await expect(run({ due: { ...due, page } })).rejects.toThrow('1 shards')

    expect(worked).toEqual(['a-1'])
    expect(log.lines.map(({ event }) => event)).toEqual(['sweep_ended', 'due_index_unread'])
  })

  it('asks each shard once, and reads no session, where none of 100,000 is due', async () => {
    const { run, sessions, due } = await setup([])
    const row = aSession({ refreshDueAt: NOW + 60, renewAhead: true, dueAt: NOW + 60 })
    for (let index = 0; index < 100_000; index += 1) {
      sessions.put({ ...row, id: `${index % 2 === 0 ? 'a' : 'b'}-${index}` })
    }
    const asked: number[] = []
    const page: typeof due.page = (shard, request) => {
      asked.push(shard)
      return due.page(shard, request)
    }
    const read = () => Promise.reject(new Error('read'))

    const summary = await run({ due: { ...due, page }, sessions: { ...sessions, read } })

    expect(asked).toEqual([0, 1])
    expect(summary).toMatchObject({ renewed: 0, left: 0, failed: 0, waiting: 0 })
  })

  it('says how it went in one line', async () => {
    const { run, log } = await setup([{ id: 'a-1', refreshDueAt: NOW - 7 }], renewed)

    await run()

    expect(log.lines).toEqual([
      {
        level: 'info',
        event: 'sweep_ended',
        fields: {
          firstShard: 0,
          lastShard: 1,
          renewed: 1,
          ended: 0,
          dropped: 0,
          left: 0,
          failed: 0,
          waiting: 0,
          oldestDueSeconds: 7,
          durationMs: 0,
        },
      },
    ])
  })
})
