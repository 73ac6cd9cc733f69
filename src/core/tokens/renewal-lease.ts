import {
  LEASE_SECONDS,
  REDEEM_BUDGET_MS,
  RESCUE_DEADLINE_MS,
  STORE_DEADLINE_MS,
  UNDO_BUDGET_MS,
} from './refresh-timing.ts'
import type {
  AnswerFacts,
  Holding,
  Instant,
  Phase,
  Purpose,
  RenewalEvent,
  RenewalState,
  RenewalStep,
} from './renewal.ts'
import {
  again,
  carrying,
  deadlineMs,
  elapsedMs,
  finish,
  keepInHand,
  read,
  rescue,
  serveOrFail,
  to,
  wait,
} from './renewal-steps.ts'
import { settleRefresh } from './settle-refresh.ts'

/** Takes the lease and journals what it is for, in one write. */
export function acquire(state: RenewalState, purpose: Purpose, { now, ms }: Instant): RenewalStep {
  const { flight, known } = state
  if (!known) return finish(state, { do: 'fail' })
  const { row } = known
  const acquisitions = state.acquisitions + 1
  const owner = `${flight.id}.${acquisitions}`
  const attempt =
    purpose === 'renew' || !row.attempt
      ? ({ id: owner, startedAt: now, phase: 'redeeming' } as const)
      : purpose === 'take-over'
        ? ({ ...row.attempt, phase: 'taking-over' } as const)
        : row.attempt
  const holding: Holding = {
    purpose,
    before: row,
    guard: { fence: row.fence + 1, owner },
    attempt,
    startedMs: ms,
    startedAt: now,
  }
  return to(
    { ...state, acquisitions },
    { at: 'acquiring', holding },
    {
      do: 'acquire',
      fence: row.fence,
      lease: { owner, until: now + LEASE_SECONDS },
      attempt,
      ...(row.lease && { deadOwner: row.lease.owner }),
    },
  )
}

export function afterAcquiring(
  state: RenewalState,
  holding: Holding,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  if (event.is === 'failed') {
    // It may have been written all the same. Nothing was presented, so putting the attempt back as
    // it was is safe, and leaving it would put a good refresh token in doubt.
    const untilMs = at.ms + UNDO_BUDGET_MS
    const doubtful = holding.purpose === 'renew' ? { ...state, unsent: holding.attempt.id } : state
    return undo(doubtful, { at: 'undoing', holding, tries: 0, untilMs })
  }
  if (event.is !== 'acquired') return wait(state, at)
  switch (holding.purpose) {
    case 'retract': {
      const { failures } = holding.before
      const outcome = { status: 'active', failures } as const
      return release(state, { at: 'releasing', holding, outcome, tries: 0 })
    }
    case 'renew':
      return redeem(state, holding, at)
    case 'adopt':
      return store(state, holding, 0)
    default:
      return to(state, { at: 'searching', holding }, { do: 'find', attempt: holding.attempt.id })
  }
}

function undo(state: RenewalState, phase: Extract<Phase, { at: 'undoing' }>): RenewalStep {
  const { guard, before } = phase.holding
  const { failures, nextAttemptAt, attempt } = before
  const outcome = {
    status: 'active',
    failures,
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    ...(attempt && { attempt }),
  } as const
  return to(state, phase, { do: 'release', guard, outcome })
}

export function afterUndoing(
  state: RenewalState,
  phase: Extract<Phase, { at: 'undoing' }>,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  if (event.is === 'slept') return undo(state, phase)
  if (event.is === 'failed') {
    return again(state, phase, phase.untilMs, at) ?? keepInHand(state, at) ?? serveOrFail(state, at)
  }
  const kept = keepInHand(state, at)
  if (kept) return kept
  if (phase.holding.purpose === 'retract') return read(state)
  // Who took the lease from us must not take what we did not present for presented.
  if (event.is === 'refused') return state.unsent ? read(state) : serveOrFail(state, at)
  return serveOrFail(withoutUnsent(state), at)
}

function withoutUnsent({ unsent, ...state }: RenewalState): RenewalState {
  return state
}

export function afterSearching(
  state: RenewalState,
  holding: Holding,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  const { before, attempt } = holding
  if (event.is === 'found' && event.tokenVersion === before.tokenVersion + 1) {
    const adopting = { ...holding, purpose: 'adopt' } as const
    return store(carrying(state, attempt.id, before.tokenVersion, at, true), adopting, 0)
  }
  const isUnknown = event.is === 'failed'
  if (holding.purpose === 'take-over' && !isUnknown) {
    return { ...redeem(state, holding, at), notes: [{ note: 'taking-over' }] }
  }
  if (isUnknown) {
    const untilMs = at.ms + UNDO_BUDGET_MS
    return undo(state, { at: 'undoing', holding, tries: 0, untilMs })
  }

  const isMarked = attempt.phase === 'unresolved'
  const note = { note: 'reauthorization-required', reason: 'attempt_unresolved' } as const
  const { failures } = before
  return release(state, {
    at: 'releasing',
    holding,
    outcome:
      holding.purpose === 'mark'
        ? { status: 'active', failures, attempt: { ...attempt, phase: 'unresolved' } }
        : { status: 'reauthorization-required', failures },
    ...(!isMarked && { note }),
    tries: 0,
  })
}

function redeem(state: RenewalState, holding: Holding, at: Instant): RenewalStep {
  const withinMs = Math.max(0, REDEEM_BUDGET_MS - elapsedMs(holding, at))
  const next = { ...state, hasRenewed: true }
  return to(next, { at: 'redeeming', holding }, { do: 'redeem', withinMs })
}

export function afterRedeeming(
  state: RenewalState,
  holding: Holding,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  const { known } = state
  if (!known) return finish(state, { do: 'fail' })
  // The grant never throws; if it did, whether the token was presented would not be known.
  const answer: AnswerFacts = event.is === 'answered' ? event.answer : { kind: 'ambiguous' }
  if (answer.kind === 'granted') {
    const { attempt, before } = holding
    return store(carrying(state, attempt.id, before.tokenVersion, at, false), holding, 0)
  }
  const { outcome, note } = settleRefresh(answer, holding, known, at)
  const releasing = { at: 'releasing', holding, outcome, ...(note && { note }), tries: 0 } as const
  return release(state, releasing)
}

function store(state: RenewalState, holding: Holding, tries: number): RenewalStep {
  const { guard } = holding
  return to(state, { at: 'storing', holding, tries }, { do: 'store', guard })
}

export function afterStoring(
  state: RenewalState,
  phase: Extract<Phase, { at: 'storing' }>,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  const { holding, tries } = phase
  if (event.is === 'slept') return store(state, holding, tries)
  if (event.is === 'written') {
    const { purpose, startedMs } = holding
    return finish(state, { do: 'serve', tokens: 'in-hand' }, [
      purpose === 'renew' || purpose === 'take-over'
        ? { note: 'renewed', purpose, startedMs }
        : { note: 'recovered' },
    ])
  }
  // Somebody took the lease over. The tokens may still be the newest: the row tells.
  if (event.is === 'refused') return read(state, [{ note: 'fenced' }])

  const repeated = again(state, phase, deadlineMs(holding, STORE_DEADLINE_MS, at), at)
  if (repeated) return repeated
  const abandoned = { note: 'abandoned', owner: holding.guard.owner } as const
  // From the second path they came: there they still are, for the next one to try.
  if (state.carried?.isRescued) {
    return finish(state, { do: 'serve', tokens: 'in-hand' }, [abandoned])
  }
  const untilMs = deadlineMs(holding, RESCUE_DEADLINE_MS, at)
  return rescue(state, { at: 'rescuing', tries: 0, untilMs }, [abandoned])
}

export function afterRescuing(
  state: RenewalState,
  phase: Extract<Phase, { at: 'rescuing' }>,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  if (event.is === 'slept') return rescue(state, phase)
  if (event.is !== 'failed') {
    return finish(state, { do: 'serve', tokens: 'in-hand' }, [{ note: 'rescued' }])
  }
  return (
    again(state, phase, phase.untilMs, at) ??
    finish(state, { do: 'fail', reason: 'tokens_not_stored' }, [{ note: 'lost' }])
  )
}

function release(state: RenewalState, phase: Extract<Phase, { at: 'releasing' }>): RenewalStep {
  const { outcome, holding } = phase
  return to(state, phase, { do: 'release', guard: holding.guard, outcome })
}

export function afterReleasing(
  state: RenewalState,
  phase: Extract<Phase, { at: 'releasing' }>,
  event: RenewalEvent,
  at: Instant,
): RenewalStep {
  const { holding, note } = phase
  if (event.is === 'slept') return release(state, phase)
  if (event.is === 'written') {
    const isRetracted = holding.purpose === 'retract'
    return read(isRetracted ? withoutUnsent(state) : state, note ? [note] : [])
  }
  // Somebody took the lease over: what came of it stands in the row.
  if (event.is === 'refused') return read(state)
  const repeated = again(state, phase, deadlineMs(holding, STORE_DEADLINE_MS, at), at)
  if (repeated) return repeated
  const abandoned = [{ note: 'abandoned', owner: holding.guard.owner }] as const
  return serveOrFail(state, at, abandoned, 'lease_not_released')
}
