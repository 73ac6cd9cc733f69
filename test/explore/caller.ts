import { beginRenewal } from '#core/tokens/next-renewal.ts'
import { LEASE_SECONDS } from '#core/tokens/refresh-timing.ts'
import type { Instant, RenewalEvent, RenewalStep } from '#core/tokens/renewal.ts'
import { NOW } from '../fixtures.ts'
import { type Around, doubted, marked, type Turn, violated, withCaller } from './turn.ts'
import { aCaller, type Caller, type Scene, type Setting } from './world.ts'

/** What a caller's own clocks say. Chance is left out: pauses are shorter than a tick anyway. */
export function clocks({ t }: Scene, caller: Caller, setting: Setting): Instant {
  const own = setting.callers.find(({ name }) => name === caller.name)
  return {
    now: NOW + t + (own?.skewSeconds ?? 0),
    ms: (t - caller.pausedSeconds) * 1_000,
    random: 0.5,
  }
}

/** A caller sets out. */
export function start(turn: Turn, { setting }: Around): Turn {
  const { scene, caller } = turn
  const own = setting.callers.find(({ name }) => name === caller.name)
  const { ms } = clocks(scene, caller, setting)
  const flight = {
    id: caller.name,
    startedMs: ms,
    endsMs: Number.POSITIVE_INFINITY,
    aheadSeconds: own?.aheadSeconds ?? 0,
  }
  const { state, action } = beginRenewal(flight)
  const startedAt = scene.t
  const sawLogout = scene.isLoggedOut
  return withCaller(turn, { ...caller, mode: 'running', startedAt, sawLogout, state, action })
}

/** Tells the machine what came of its action, and takes the steps that concern nobody else. */
export function advance(turn: Turn, event: RenewalEvent, on: Around): Turn {
  const { scene, caller } = turn
  const { name } = caller
  const at = clocks(scene, caller, on.setting)
  if (!caller.state) return violated(turn, `${name} is told of what it did not ask`)
  const step = on.rules.next(caller.state, event, at)
  const { action } = step
  const { asleep, ...awake } = caller
  const next = { ...awake, state: plain(step), action }
  const before = caller.state.phase.at
  // What neither could be written nor undone in time: whoever reads the row takes it for presented.
  const isOver = step.state.phase.at === 'finished'
  const isUnwritten = event.is === 'failed' && (before === 'undoing' || before === 'releasing')
  const isTaken =
    event.is === 'refused' && before === 'undoing' && purposeOf(caller) === 'take-over'
  const isInDoubt = isTaken || (isOver && (isUnwritten || step.state.unsent !== undefined))
  const told = tell(withCaller(isInDoubt ? doubted(turn, name) : turn, next), step)

  switch (action.do) {
    case 'admit':
      return advance(told, { is: 'admitted' }, on)
    case 'redeem':
      return action.withinMs > 0
        ? told
        : advance(told, { is: 'answered', answer: { kind: 'unavailable' } }, on)
    case 'sleep':
      return withCaller(told, { ...next, asleep: { at: scene.t, sees: false } })
    case 'serve':
    case 'refuse':
    case 'fail':
      return finish(told, at, on)
    default:
      return told
  }
}

function purposeOf({ state }: Caller): string | undefined {
  return state && 'holding' in state.phase ? state.phase.holding.purpose : undefined
}

/** Phases of a caller under a lease. */
const HOLDING: ReadonlySet<string> = new Set([
  'undoing',
  'searching',
  'redeeming',
  'storing',
  'releasing',
])

/** Whether a caller owes others word of what it has done. */
export function isOwing({ state }: Caller): boolean {
  if (!state) return false
  const { at } = state.phase
  return state.unsent !== undefined || at === 'rescuing' || HOLDING.has(at)
}

/**
 * Whether a caller owes word of what it has done, and comes too late with it when another takes its
 * lease; one that knows it has presented nothing may still say so.
 */
export function isOwingUnderLease(caller: Caller): boolean {
  const mayRetract = caller.state?.phase.at === 'undoing' && purposeOf(caller) === 'renew'
  return isOwing(caller) && !mayRetract
}

/** How long a pause was, and how many there were, makes no difference that a tick would not. */
function plain({ state }: RenewalStep): RenewalStep['state'] {
  const { phase } = state
  return {
    ...state,
    pauseMs: 25,
    phase: 'tries' in phase && phase.tries > 1 ? { ...phase, tries: 1 } : phase,
  }
}

function tell(turn: Turn, { notes }: RenewalStep): Turn {
  const version = turn.caller.read?.version ?? 0
  return notes.some(({ note }) => note === 'reauthorization-required')
    ? marked(turn, { mark: 'told', version })
    : turn
}

function finish(turn: Turn, { now }: Instant, on: Around): Turn {
  const { scene, caller } = turn
  const { name, action, read, hand, startedAt, sawLogout } = caller
  const outcome = action?.do === 'refuse' ? action.code : (action?.do ?? '')
  const isLast = !on.setting.callers.some((one) => one.name === name)
  const done: Caller = { ...aCaller(name), mode: 'done', ...(isLast && { outcome }) }
  const over: Turn = {
    ...withCaller(turn, done),
    ...(outcome !== 'serve' && {
      violationIfSpared: `nothing went wrong, and ${name} got ${outcome}`,
    }),
  }

  if (action?.do === 'serve') {
    const served = action.tokens === 'read' ? read : hand
    if (!served || served.endsAt <= now) return violated(over, `${name} is served what is over`)
    if (sawLogout) return violated(over, `${name} is served after the session was ended`)
  }
  const { row } = scene
  const isNewest =
    hand !== undefined &&
    row?.status === 'active' &&
    row.tokenVersion === hand.version - 1 &&
    row.attempt?.id === hand.attempt
  if (isNewest && row.sealedTokens[1] !== hand.access && !isKept(turn, hand.access, on)) {
    return violated(over, `${name} drops the newest tokens`)
  }
  if (scene.t - startedAt - caller.pausedSeconds > 2 * LEASE_SECONDS + 10) {
    return violated(over, `${name} waits for longer than two leases`)
  }
  return over
}

/** Whether tokens stand on the second path, put there in this turn or before. */
function isKept({ marks }: Turn, access: number, { past }: Around): boolean {
  return (
    marks.some((mark) => mark.mark === 'rescued' && mark.held.access === access) ||
    Object.values(past().rescue).some((held) => held.access === access)
  )
}
