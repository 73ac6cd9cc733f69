import { describe, expect, it } from 'vitest'
import { beginRenewal, nextRenewal } from '#core/tokens/next-renewal.ts'
import type { Holding, RenewalState, RowKnown } from '#core/tokens/renewal.ts'
import {
  again,
  carrying,
  deadlineMs,
  elapsedMs,
  keepInHand,
  serveOrFail,
  wait,
} from '#core/tokens/renewal-steps.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const flight = { id: 'flight', startedMs: 1_000, endsMs: Number.POSITIVE_INFINITY, aheadSeconds: 0 }
const at = (ms: number, random = 0.5) => ({ now: NOW + Math.floor(ms / 1_000), ms, random })
const state = (changes: Partial<RenewalState> = {}): RenewalState => ({
  ...beginRenewal(flight).state,
  ...changes,
})
const known: RowKnown = {
  row: aSession({ accessTokenExpiresAt: NOW + 3_600 }),
  hasRefreshToken: true,
  isRejected: false,
  leaseDead: false,
  reuse: 'revokes',
}
const over = { ...known, row: aSession({ accessTokenExpiresAt: NOW }) }
const inHand = (isRescued: boolean) => carrying(state(), 'attempt', 1, at(0), isRescued)

describe('who waits', () => {
  it('pauses from 25 ms on, by chance up to three times the pause before, for 200 ms at most', () => {
    const pauses = (random: number) => {
      let waiting = state()
      return [1, 2, 3, 4].map(() => {
        const { state: next, action } = wait(waiting, at(1_000, random))
        waiting = next
        return action
      })
    }
    const sleeps = (...lengths: number[]) => lengths.map((ms) => ({ do: 'sleep', ms }))

    expect(pauses(0)).toEqual(sleeps(25, 25, 25, 25))
    expect(pauses(0.5)).toEqual(sleeps(50, 87.5, 143.75, 200))
    expect(pauses(1)).toEqual(sleeps(75, 200, 200, 200))
  })

  it('says once that it waits, and reads the row again after', () => {
    const first = wait(state(), at(1_000))
    const read = nextRenewal(first.state, { is: 'slept' }, at(1_050))
    const second = wait(read.state, at(1_050))

    expect(first.notes).toEqual([{ note: 'waited' }])
    expect(read.action).toEqual({ do: 'read' })
    expect(second.notes).toEqual([])
  })

  it('waits 21 seconds, or until the invocation has half a second left', () => {
    const short = state({ flight: { ...flight, endsMs: 5_000 } })
    const busy = { do: 'refuse', code: 'session_busy', retryAfterSeconds: 1 }

    expect(wait(state(), at(21_999)).action.do).toBe('sleep')
    expect(wait(state(), at(22_000)).action).toEqual(busy)
    expect(wait(short, at(4_499)).action.do).toBe('sleep')
    expect(wait(short, at(4_500)).action).toEqual(busy)
  })

  it('is served at the end what is good, and has put what it holds on the second path', () => {
    expect(wait(state({ known }), at(22_000)).action).toEqual({ do: 'serve', tokens: 'read' })
    expect(wait(state({ known: over }), at(22_000)).action.do).toBe('refuse')
    expect(wait({ ...inHand(false), known }, at(22_000)).action).toEqual({
      do: 'rescue',
      attempt: 'attempt',
    })
    expect(wait({ ...inHand(true), known }, at(22_000)).action.do).toBe('serve')
  })

  it('waits with tokens in hand from when they came', () => {
    const late = carrying(state(), 'attempt', 1, at(10_000), false)

    expect(wait(late, at(30_999)).action.do).toBe('sleep')
    expect(wait(late, at(31_000)).action.do).toBe('rescue')
  })
})

describe('who tries again', () => {
  const tried = (tries: number, random: number, untilMs = Number.POSITIVE_INFINITY) =>
    again(state(), { at: 'rescuing', tries, untilMs }, untilMs, at(1_000, random))

  it('pauses by chance up to twice as long each time, for a second at most', () => {
    const most = [0, 1, 2, 3, 4, 5].map((tries) => tried(tries, 1)?.action)

    expect(most).toEqual([100, 200, 400, 800, 1_000, 1_000].map((ms) => ({ do: 'sleep', ms })))
    expect(tried(3, 0.5)?.action).toEqual({ do: 'sleep', ms: 400 })
    expect(tried(3, 0.5)?.state.phase).toMatchObject({ at: 'rescuing', tries: 4 })
  })

  it('does so only where the pause is over within its time', () => {
    expect(tried(0, 1, 1_101)?.action).toEqual({ do: 'sleep', ms: 100 })
    expect(tried(0, 1, 1_100)).toBeUndefined()
  })
})

describe('the time since a lease was asked for', () => {
  const holding: Holding = {
    purpose: 'renew',
    before: known.row,
    guard: { fence: 1, owner: 'flight.1' },
    attempt: { id: 'flight.1', startedAt: NOW, phase: 'redeeming' },
    startedMs: 500,
    startedAt: NOW,
  }

  it('is that of the clock that only goes forward', () => {
    expect(elapsedMs(holding, { now: NOW, ms: 3_500, random: 0 })).toBe(3_000)
    expect(deadlineMs(holding, 15_000, { now: NOW, ms: 3_500, random: 0 })).toBe(15_500)
  })

  it('is that of the other one where the first stood still, as in a frozen host', () => {
    const thawed = { now: NOW + 11, ms: 600, random: 0 }

    expect(elapsedMs(holding, thawed)).toBe(10_000)
    expect(deadlineMs(holding, 15_000, thawed)).toBe(5_600)
  })
})

describe('who can go on no longer', () => {
  it('is served the row’s token while that is good, and else fails, for a reason where it has one', () => {
    const notes = [{ note: 'fenced' }] as const

    expect(serveOrFail(state({ known }), at(0), notes)).toMatchObject({
      state: { phase: { at: 'finished' } },
      action: { do: 'serve', tokens: 'read' },
      notes,
    })
    expect(serveOrFail(state({ known: over }), at(0), notes, 'why')).toMatchObject({
      action: { do: 'fail', reason: 'why' },
      notes,
    })
    expect(serveOrFail(state(), at(0)).action).toEqual({ do: 'fail' })
  })

  it('puts tokens in hand on the second path within four seconds, unless they are there', () => {
    expect(keepInHand(inHand(false), at(1_000))).toMatchObject({
      state: { phase: { at: 'rescuing', tries: 0, untilMs: 5_000 } },
      action: { do: 'rescue', attempt: 'attempt' },
    })
    expect(keepInHand(inHand(true), at(1_000))).toBeUndefined()
    expect(keepInHand(state(), at(1_000))).toBeUndefined()
  })
})
