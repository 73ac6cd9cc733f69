import type { Session } from '#core/session/session-store.ts'
import { beginRenewal, nextRenewal } from '#core/tokens/next-renewal.ts'
import type { RenewalEvent, RenewalStep, RowKnown } from '#core/tokens/renewal.ts'
import { aSession, NOW } from '../../fixtures.ts'

/** The end of the row’s access token, and when it is due. */
export const ENDS = NOW + 3_600
export const DUE = ENDS - 60
/** An attempt that the row has of another, and one of this renewal’s own. */
export const attempt = { id: 'before', startedAt: NOW, phase: 'redeeming' } as const
export const ours = { id: 'flight.1', startedAt: DUE, phase: 'redeeming' } as const
export const lease = { owner: 'flight.1', until: DUE + 20 }

const row = (changes: Partial<Session> = {}) =>
  aSession({ accessTokenExpiresAt: ENDS, fence: 4, tokenVersion: 1, ...changes })

/** What a reading finds: a row of these tests, changed so. */
export function read(changes: Partial<Session> = {}, beside: Partial<RowKnown> = {}): RenewalEvent {
  return {
    is: 'read',
    row: row(changes),
    hasRefreshToken: true,
    isRejected: false,
    leaseDead: false,
    reuse: 'revokes',
    ...beside,
  }
}

export const is = (
  name: 'admitted' | 'acquired' | 'refused' | 'written' | 'slept' | 'failed' | 'nothing',
) => ({ is: name }) as const
export const granted = { is: 'answered', answer: { kind: 'granted' } } as const

/** Takes these steps, each a second after the last, and tells what comes of them. */
export function walk(events: readonly RenewalEvent[], { from = DUE, random = 0 } = {}) {
  const flight = { id: 'flight', startedMs: 0, endsMs: Number.POSITIVE_INFINITY, aheadSeconds: 0 }
  const steps: RenewalStep[] = [beginRenewal(flight)]
  for (const [index, event] of events.entries()) {
    const { state } = steps.at(-1) ?? beginRenewal(flight)
    steps.push(nextRenewal(state, event, { now: from + index, ms: index * 1_000, random }))
  }
  return {
    did: steps.map(({ action }) => action.do),
    last: steps.at(-1)?.action,
    at: (index: number) => steps.at(index)?.action,
    notes: steps.flatMap(({ notes }) => notes),
    state: steps.at(-1)?.state,
  }
}

/** So often in turn: it fails, and is tried again after a pause. */
export const failing = (times: number) =>
  Array.from({ length: times }, () => [is('failed'), is('slept')])
