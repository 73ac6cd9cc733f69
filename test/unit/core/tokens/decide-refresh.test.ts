import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Session } from '#core/session/session-store.ts'
import { decideRefresh, isUsable, type RefreshSituation } from '#core/tokens/decide-refresh.ts'
import type { RowKnown } from '#core/tokens/renewal.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const ENDS = NOW + 3_600
const DUE = ENDS - 60
const lease = { owner: 'holder', until: DUE + 20 }
const attempt = { id: 'attempt', startedAt: DUE, phase: 'redeeming' } as const

type Situation = RefreshSituation & Omit<RowKnown, 'row'>

/** The decision about a row, in a situation of which a test says what matters. */
function decide(row: Session, changes: Partial<Situation> = {}) {
  const { hasRefreshToken, leaseDead, isRejected, reuse, ...situation }: Situation = {
    now: DUE,
    aheadSeconds: 0,
    hasRefreshToken: true,
    leaseDead: false,
    isRejected: false,
    reuse: 'revokes',
    nothingRescued: false,
    hasRenewed: false,
    hasTime: true,
    ...changes,
  }
  return decideRefresh({ row, hasRefreshToken, leaseDead, isRejected, reuse }, situation)
}

const use = { step: 'use' }
const refresh = { step: 'renew' }
const wait = { step: 'wait' }
const recover = { step: 'recover', attempt }
const takeOver = { step: 'take-over', attempt }
const mark = { step: 'mark', attempt }
const giveUp = { step: 'give-up', attempt }
const takingOver = { ...attempt, phase: 'taking-over' } as const
const unresolved = { ...attempt, phase: 'unresolved' } as const
const over = { step: 'refuse', code: 'session_over' }

describe('decideRefresh', () => {
  it.each<[string, Partial<Session>, Partial<Situation>, object]>([
    ['serves tokens that are not due', {}, { now: DUE - 1 }, use],
    ['renews tokens that are due', {}, {}, refresh],
    [
      'renews tokens that fall due soon, for one who asks ahead',
      {},
      { now: DUE - 60, aheadSeconds: 60 },
      refresh,
    ],
    ['leaves tokens that fall due later than that', {}, { now: DUE - 61, aheadSeconds: 60 }, use],
    ['renews tokens that are over', {}, { now: ENDS }, refresh],
    ['renews tokens that the EHR refused', {}, { now: NOW, isRejected: true }, refresh],
    [
      'takes the row’s own word for when they are due',
      { refreshDueAt: NOW },
      { now: NOW },
      refresh,
    ],
    ['serves due tokens that somebody renews', { lease, attempt }, {}, use],
    ['waits for tokens that are over and renewed', { lease, attempt }, { now: ENDS }, wait],
    [
      'waits for tokens that are refused and renewed',
      { lease, attempt },
      { isRejected: true },
      wait,
    ],
    ['looks for what a dead holder left', { lease, attempt }, { leaseDead: true }, recover],
    ['looks for what came of an attempt in doubt', { attempt }, {}, recover],
    [
      'presents once more what a cut-off renewal left, where the server tolerates that',
      { attempt },
      { nothingRescued: true, reuse: 'tolerated' },
      takeOver,
    ],
    [
      'does so where nobody knows what the server does',
      { lease, attempt },
      { leaseDead: true, nothingRescued: true, reuse: 'unknown', now: ENDS },
      takeOver,
    ],
    ['looks on the second path before it does', { attempt }, { reuse: 'tolerated' }, recover],
    [
      'does not present once more while it backs off',
      { attempt, nextAttemptAt: DUE + 5 },
      { nothingRescued: true, reuse: 'tolerated' },
      use,
    ],
    [
      'presents nothing a third time',
      { attempt: takingOver },
      { nothingRescued: true, reuse: 'tolerated' },
      { step: 'mark', attempt: takingOver },
    ],
    [
      'says of a chain in doubt that nobody presents it, where the server revokes for that',
      { attempt },
      { nothingRescued: true },
      mark,
    ],
    ['says it once, and serves', { attempt: unresolved }, { nothingRescued: true }, use],
    [
      'gives up a chain in doubt when the access token is over',
      { attempt },
      { nothingRescued: true, now: ENDS },
      giveUp,
    ],
    [
      'gives up a dead holder’s chain when the access token is over',
      { lease, attempt },
      { leaseDead: true, nothingRescued: true, now: ENDS },
      giveUp,
    ],
    [
      'gives up nothing for a refused token that is not over, its chain in doubt',
      { attempt: unresolved },
      { nothingRescued: true, isRejected: true },
      over,
    ],
    [
      'renews ahead for whoever comes by once a minute',
      {},
      { now: DUE - 60, aheadSeconds: 60 },
      refresh,
    ],
    ['serves a valid token while it backs off', { nextAttemptAt: DUE + 5 }, {}, use],
    [
      'says when to come back while it backs off with nothing to serve',
      { nextAttemptAt: ENDS + 5 },
      { now: ENDS },
      { step: 'refuse', code: 'upstream_unavailable', retryAfterSeconds: 5 },
    ],
    ['tries again when the pause is over', { nextAttemptAt: DUE }, {}, refresh],
    ['serves the only token to its end', {}, { hasRefreshToken: false }, use],
    ['ends with the only token', {}, { hasRefreshToken: false, now: ENDS }, over],
    ['begins nothing it cannot finish, and serves', {}, { hasTime: false }, use],
    [
      'begins nothing it cannot finish, and asks to come back',
      {},
      { hasTime: false, now: ENDS },
      { step: 'refuse', code: 'session_busy', retryAfterSeconds: 1 },
    ],
    ['presents nothing twice in a flight, and serves', {}, { hasRenewed: true }, use],
    [
      'says that the EHR failed, where the pause for that is over by the next reading',
      { nextAttemptAt: ENDS },
      { hasRenewed: true, now: ENDS },
      { step: 'refuse', code: 'upstream_unavailable', retryAfterSeconds: 1 },
    ],
    ['refuses a session that is ending', { status: 'ending' }, { now: NOW }, over],
    [
      'refuses a session that needs the person',
      { status: 'reauthorization-required' },
      { now: NOW },
      over,
    ],
  ])('%s', (_, row, changes, step) => {
    const session = aSession({ accessTokenExpiresAt: ENDS, ...row })

    expect(decide(session, changes)).toEqual(step)
  })

  const anySession = fc
    .record(
      {
        status: fc.constantFrom('active', 'ending', 'reauthorization-required'),
        lease: fc.constant(lease),
        attempt: fc.constantFrom(attempt, takingOver, unresolved),
        nextAttemptAt: fc.integer({ min: NOW - 100, max: NOW + 4_000 }),
        refreshDueAt: fc.integer({ min: NOW, max: ENDS }),
      },
      { requiredKeys: ['status'] },
    )
    .map((row) => aSession({ accessTokenExpiresAt: ENDS, ...(row as Partial<Session>) }))

  const anySituation = fc.record({
    now: fc.integer({ min: NOW, max: ENDS + 100 }),
    aheadSeconds: fc.constantFrom(0, 60),
    hasRefreshToken: fc.boolean(),
    reuse: fc.constantFrom('revokes', 'tolerated', 'unknown'),
    leaseDead: fc.boolean(),
    isRejected: fc.boolean(),
    nothingRescued: fc.boolean(),
    hasRenewed: fc.boolean(),
    hasTime: fc.boolean(),
  })

  it('presents a refresh token where an attempt stands only as the rule has it', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(session.attempt !== undefined)
        const { step } = decide(session, known)
        expect(step).not.toBe('renew')
        if (step !== 'take-over') return
        expect(session.attempt?.phase).toBe('redeeming')
        expect(known).toMatchObject({ nothingRescued: true, hasRefreshToken: true })
        expect(known.reuse).not.toBe('revokes')
      }),
    )
  })

  it('touches no lease of a living holder, whatever else is so', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(session.lease !== undefined && !known.leaseDead)
        expect(['use', 'wait', 'refuse']).toContain(decide(session, known).step)
      }),
    )
  })

  it('serves no token that is over or refused, nor any of a session that is not active', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(known.now >= ENDS || known.isRejected || session.status !== 'active')
        expect(decide(session, known).step).not.toBe('use')
      }),
    )
  })

  it('gives up no chain while its access token is valid by the clock', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(known.now < ENDS)
        expect(decide(session, known).step).not.toBe('give-up')
      }),
    )
  })
})

describe('the access token of a row', () => {
  const known = (changes: Partial<Session>, isRejected = false): RowKnown => ({
    row: aSession({ accessTokenExpiresAt: ENDS, ...changes }),
    isRejected,
    hasRefreshToken: true,
    leaseDead: false,
    reuse: 'revokes',
  })

  it('is served until it ends, of an active session, to who was not refused with it', () => {
    expect(isUsable(known({}), ENDS - 1)).toBe(true)
    expect(isUsable(known({}), ENDS)).toBe(false)
    expect(isUsable(known({}, true), DUE)).toBe(false)
    expect(isUsable(known({ status: 'reauthorization-required' }), DUE)).toBe(false)
    expect(isUsable(known({ status: 'ending' }), DUE)).toBe(false)
  })
})
