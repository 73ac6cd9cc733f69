import { decideRefresh, isUsable, type RefreshStep } from './decide-refresh.ts'
import { RESCUE_DEADLINE_MS } from './refresh-timing.ts'
import type {
  Flight,
  Instant,
  RenewalEvent,
  RenewalState,
  RenewalStep,
  RowKnown,
} from './renewal.ts'
import {
  acquire,
  afterAcquiring,
  afterRedeeming,
  afterReleasing,
  afterRescuing,
  afterSearching,
  afterStoring,
  afterUndoing,
} from './renewal-lease.ts'
import {
  carrying,
  finish,
  keepInHand,
  POLL_MS,
  read,
  serveOrFail,
  to,
  wait,
} from './renewal-steps.ts'

/** A renewal begins by reading the row. */
export function beginRenewal(flight: Flight): RenewalStep {
  const state: RenewalState = {
    flight,
    phase: { at: 'reading' },
    hasRenewed: false,
    acquisitions: 0,
    hasWaited: false,
    pauseMs: POLL_MS.least,
  }
  return { state, action: { do: 'read' }, notes: [] }
}

/**
 * One step of a renewal, pure: where it stands and what came of its last action in, where it stands
 * then and the next action out. It reads no clock, draws no number and awaits nothing, so that all
 * its interleavings with others can be gone through one by one.
 */
export function nextRenewal(state: RenewalState, event: RenewalEvent, at: Instant): RenewalStep {
  const { phase } = state
  switch (phase.at) {
    case 'reading':
      return afterReading(state, event, at)
    case 'waiting':
      return read(state)
    case 'finding':
      return afterFinding(state, event, at)
    case 'admitting':
      return afterAdmitting(state, phase.purpose, event, at)
    case 'acquiring':
      return afterAcquiring(state, phase.holding, event, at)
    case 'undoing':
      return afterUndoing(state, phase, event, at)
    case 'searching':
      return afterSearching(state, phase.holding, event, at)
    case 'redeeming':
      return afterRedeeming(state, phase.holding, event, at)
    case 'storing':
      return afterStoring(state, phase, event, at)
    case 'rescuing':
      return afterRescuing(state, phase, event, at)
    case 'releasing':
      return afterReleasing(state, phase, event, at)
    case 'finished':
      throw new TypeError('A finished renewal takes no step')
  }
}

function afterReading(state: RenewalState, event: RenewalEvent, at: Instant): RenewalStep {
  if (event.is === 'gone') return finish(state, { do: 'refuse', code: 'session_over' })
  if (event.is !== 'read') return keepInHand(state, at) ?? finish(state, { do: 'fail' })
  const { is, ...known } = event
  const next = { ...state, known }

  const { row } = known
  const isOurs =
    state.carried !== undefined &&
    row.status === 'active' &&
    row.attempt?.id === state.carried.attempt &&
    row.tokenVersion === state.carried.tokenVersion
  if (isOurs && row.attempt) {
    return row.lease && !known.leaseDead ? wait(next, at) : acquire(next, 'adopt', at)
  }
  const { carried, ...empty } = next
  if (isUnsent(state.unsent, known)) {
    return row.lease && !known.leaseDead ? wait(empty, at) : acquire(empty, 'retract', at)
  }
  return act(empty, decide(empty, known, at), at)
}

/**
 * Whether the row's attempt is one of ours that presented nothing, and that nobody else presented
 * for: that could only be in a second presentation, which a journal would say, or has said.
 */
function isUnsent(unsent: string | undefined, { row, reuse }: RowKnown): boolean {
  const { status, attempt } = row
  if (unsent === undefined || attempt?.id !== unsent || status !== 'active') return false
  return attempt.phase === 'redeeming' || (attempt.phase === 'unresolved' && reuse === 'revokes')
}

function decide(state: RenewalState, known: RowKnown, { now, ms }: Instant): RefreshStep {
  const { flight, hasRenewed, unrescued } = state
  return decideRefresh(known, {
    now,
    aheadSeconds: flight.aheadSeconds,
    nothingRescued: unrescued !== undefined && unrescued === known.row.attempt?.id,
    hasRenewed,
    hasTime: flight.endsMs - ms >= RESCUE_DEADLINE_MS,
  })
}

function act(state: RenewalState, next: RefreshStep, at: Instant): RenewalStep {
  switch (next.step) {
    case 'use':
      return finish(state, { do: 'serve', tokens: 'read' })
    case 'refuse': {
      const { step, ...refusal } = next
      return finish(state, { do: 'refuse', ...refusal })
    }
    case 'wait':
      return wait(state, at)
    case 'recover':
      return to(state, { at: 'finding' }, { do: 'find', attempt: next.attempt.id })
    case 'renew':
    case 'take-over':
      return to(state, { at: 'admitting', purpose: next.step }, { do: 'admit' })
    case 'mark':
    case 'give-up':
      return acquire(state, next.step, at)
  }
}

function afterFinding(state: RenewalState, event: RenewalEvent, at: Instant): RenewalStep {
  const { known } = state
  if (event.is === 'failed' || !known?.row.attempt) return serveOrFail(state, at)
  const attempt = known.row.attempt.id
  // Of another version they are the row's own by now, or of no use to it.
  return event.is === 'found' && event.tokenVersion === known.row.tokenVersion + 1
    ? acquire(carrying(state, attempt, known.row.tokenVersion, at, true), 'adopt', at)
    : act({ ...state, unrescued: attempt }, decide({ ...state, unrescued: attempt }, known, at), at)
}

function afterAdmitting(
  state: RenewalState,
  purpose: 'renew' | 'take-over',
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  if (event.is === 'admitted') return acquire(state, purpose, at)
  if (event.is !== 'held-off') return serveOrFail(state, at)
  if (state.known && isUsable(state.known, at.now)) {
    return finish(state, { do: 'serve', tokens: 'read' })
  }
  const { retryAfterSeconds } = event
  return finish(state, { do: 'refuse', code: 'upstream_unavailable', retryAfterSeconds })
}
