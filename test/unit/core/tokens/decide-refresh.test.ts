import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Session } from '#core/session/session-store.ts'
import { decideRefresh, type RefreshSituation } from '#core/tokens/decide-refresh.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const ENDS = NOW + 3_600
const DUE = ENDS - 60
const lease = { owner: 'holder', until: DUE + 20 }
const attempt = { id: 'attempt', startedAt: DUE, phase: 'redeeming' } as const

function situation(changes: Partial<RefreshSituation> = {}): RefreshSituation {
  return {
    now: DUE,
    aheadSeconds: 0,
    hasRefreshToken: true,
    leaseDead: false,
    isRejected: false,
    nothingRescued: false,
    mayRenew: true,
    ...changes,
  }
}

const use = { step: 'use' }
const refresh = { step: 'refresh' }
const wait = { step: 'wait' }
const recover = { step: 'recover' }
const over = { step: 'refuse', code: 'session_over' }

describe('decideRefresh', () => {
  it.each<[string, Partial<Session>, Partial<RefreshSituation>, object]>([
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
    ['serves what is valid of a chain in doubt', { attempt }, { nothingRescued: true }, use],
    [
      'gives up a chain in doubt when the access token is over',
      { attempt },
      { nothingRescued: true, now: ENDS },
      { step: 'give-up' },
    ],
    [
      'gives up a dead holder’s chain when the access token is over',
      { lease, attempt },
      { leaseDead: true, nothingRescued: true, now: ENDS },
      { step: 'give-up' },
    ],
    [
      'marks nothing for a refused token that is not over, its chain in doubt',
      { attempt },
      { nothingRescued: true, isRejected: true },
      over,
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
    ['begins nothing it cannot finish, and serves', {}, { mayRenew: false }, use],
    [
      'begins nothing it cannot finish, and asks to come back',
      {},
      { mayRenew: false, now: ENDS },
      { step: 'refuse', code: 'session_busy', retryAfterSeconds: 1 },
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

    expect(decideRefresh(session, situation(changes))).toEqual(step)
  })

  const anySession = fc
    .record(
      {
        status: fc.constantFrom('active', 'ending', 'reauthorization-required'),
        lease: fc.constant(lease),
        attempt: fc.constant(attempt),
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
    leaseDead: fc.boolean(),
    isRejected: fc.boolean(),
    nothingRescued: fc.boolean(),
    mayRenew: fc.boolean(),
  })

  it('presents no refresh token where an attempt stands, whatever else is so', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(session.attempt !== undefined)
        expect(decideRefresh(session, known).step).not.toBe('refresh')
      }),
    )
  })

  it('touches no lease of a living holder, whatever else is so', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(session.lease !== undefined && !known.leaseDead)
        expect(['use', 'wait', 'refuse']).toContain(decideRefresh(session, known).step)
      }),
    )
  })

  it('serves no token that is over or refused, nor any of a session that is not active', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(known.now >= ENDS || known.isRejected || session.status !== 'active')
        expect(decideRefresh(session, known).step).not.toBe('use')
      }),
    )
  })

  it('gives up no chain while its access token is valid by the clock', () => {
    fc.assert(
      fc.property(anySession, anySituation, (session, known) => {
        fc.pre(known.now < ENDS)
        expect(decideRefresh(session, known).step).not.toBe('give-up')
      }),
    )
  })
})
