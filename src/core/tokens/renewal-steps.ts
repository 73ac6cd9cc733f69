import { isUsable } from './decide-refresh.ts'
import { UNDO_BUDGET_MS, WAIT_BUDGET_MS } from './refresh-timing.ts'
import type {
  Holding,
  Instant,
  Phase,
  RenewalAction,
  RenewalNote,
  RenewalState,
  RenewalStep,
} from './renewal.ts'

/** Waiters read the row again after this, in milliseconds: decorrelated jitter between the two. */
export const POLL_MS = { least: 25, most: 200 } as const

/** An invocation that has less left than this waits no longer. */
const LAST_WORDS_MS = 500

export function to(
  state: RenewalState,
  phase: Phase,
  action: RenewalAction,
  notes: readonly RenewalNote[] = [],
): RenewalStep {
  return { state: { ...state, phase }, action, notes }
}

export function finish(
  state: RenewalState,
  action: Extract<RenewalAction, { do: 'serve' | 'refuse' | 'fail' }>,
  notes: readonly RenewalNote[] = [],
): RenewalStep {
  return to(state, { at: 'finished' }, action, notes)
}

export function read(state: RenewalState, notes: readonly RenewalNote[] = []): RenewalStep {
  return to(state, { at: 'reading' }, { do: 'read' }, notes)
}

/** Ends with the row's own access token if that is good, else with what was thrown. */
export function serveOrFail(
  state: RenewalState,
  at: Instant,
  notes: readonly RenewalNote[] = [],
  reason?: string,
): RenewalStep {
  const { known } = state
  return known && isUsable(known, at.now)
    ? finish(state, { do: 'serve', tokens: 'read' }, notes)
    : finish(state, { do: 'fail', ...(reason && { reason }) }, notes)
}

/** Puts the tokens in hand on the second path. */
export function rescue(
  state: RenewalState,
  phase: Extract<Phase, { at: 'rescuing' }>,
  notes: readonly RenewalNote[] = [],
): RenewalStep {
  const attempt = state.carried?.attempt
  if (!attempt) return finish(state, { do: 'fail' }, notes)
  return to(state, phase, { do: 'rescue', attempt }, notes)
}

/**
 * Of one who can go on no longer: the tokens in hand, which may be the newest, go on the second
 * path before anything else. `undefined` where none are in hand that do not stand there.
 */
export function keepInHand(state: RenewalState, { ms }: Instant): RenewalStep | undefined {
  if (!state.carried || state.carried.isRescued) return undefined
  return rescue(state, { at: 'rescuing', tries: 0, untilMs: ms + UNDO_BUDGET_MS })
}

/** Pauses before the next reading; in all longer than the worst case of a lease's holder. */
export function wait(state: RenewalState, at: Instant): RenewalStep {
  const { flight, carried, hasWaited, known } = state
  const { ms, random } = at
  const untilMs = (carried?.sinceMs ?? flight.startedMs) + WAIT_BUDGET_MS
  if (ms >= Math.min(untilMs, flight.endsMs - LAST_WORDS_MS)) {
    const kept = keepInHand(state, at)
    if (kept) return kept
    if (known && isUsable(known, at.now)) return finish(state, { do: 'serve', tokens: 'read' })
    return finish(state, { do: 'refuse', code: 'session_busy', retryAfterSeconds: 1 })
  }
  const { least, most } = POLL_MS
  const pauseMs = Math.min(most, least + random * (state.pauseMs * 3 - least))
  return to(
    { ...state, pauseMs, hasWaited: true },
    { at: 'waiting' },
    { do: 'sleep', ms: pauseMs },
    hasWaited ? [] : [{ note: 'waited' }],
  )
}

/** A pause before the same action again, with full jitter; `undefined` when its time is over. */
export function again(
  state: RenewalState,
  phase: Extract<Phase, { readonly tries: number }>,
  untilMs: number,
  { ms, random }: Instant,
): RenewalStep | undefined {
  const tries = phase.tries + 1
  const pauseMs = random * Math.min(1_000, 50 * 2 ** tries)
  if (ms + pauseMs >= untilMs) return undefined
  return to(state, { ...phase, tries }, { do: 'sleep', ms: pauseMs })
}

/** With tokens in hand for a row of this version, of which this attempt is the journal. */
export function carrying(
  state: RenewalState,
  attempt: string,
  tokenVersion: number,
  { ms }: Instant,
  isRescued: boolean,
): RenewalState {
  return { ...state, carried: { attempt, tokenVersion, sinceMs: ms, isRescued } }
}

/**
 * What has passed since a lease was asked for, by whichever clock of this host says more: the
 * monotonic one may stand still while the host is frozen, the other may be set.
 */
export function elapsedMs({ startedMs, startedAt }: Holding, { ms, now }: Instant): number {
  return Math.max(ms - startedMs, (now - startedAt - 1) * 1_000)
}

/** When a budget that runs since a lease was asked for is over, on the monotonic clock. */
export function deadlineMs(holding: Holding, budgetMs: number, at: Instant): number {
  return at.ms + budgetMs - elapsedMs(holding, at)
}
