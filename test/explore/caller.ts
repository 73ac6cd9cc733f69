import { beginRenewal } from '#core/tokens/next-renewal.ts'
import { LEASE_SECONDS } from '#core/tokens/refresh-timing.ts'
import type { Instant, RenewalEvent, RenewalStep } from '#core/tokens/renewal.ts'
import { NOW } from '../fixtures.ts'
import { aCaller, type Caller, type Rules, type Setting, type World } from './world.ts'

/** What a caller's own clocks say. Chance is left out: pauses are shorter than a tick anyway. */
export function clocks(world: World, caller: Caller, setting: Setting): Instant {
  const own = setting.callers.find(({ name }) => name === caller.name)
  return {
    now: NOW + world.t + (own?.skewSeconds ?? 0),
    ms: (world.t - caller.pausedSeconds) * 1_000,
    random: 0.5,
  }
}

export function withCaller(world: World, caller: Caller): World {
  return {
    ...world,
    callers: world.callers.map((one) => (one.name === caller.name ? caller : one)),
  }
}

/** A caller sets out. */
export function start(world: World, caller: Caller, setting: Setting): World {
  const own = setting.callers.find(({ name }) => name === caller.name)
  const { ms } = clocks(world, caller, setting)
  const flight = {
    id: caller.name,
    startedMs: ms,
    endsMs: Number.POSITIVE_INFINITY,
    aheadSeconds: own?.aheadSeconds ?? 0,
  }
  const { state, action } = beginRenewal(flight)
  const started = {
    ...caller,
    mode: 'running',
    startedAt: world.t,
    sawLogout: world.isLoggedOut,
    state,
    action,
  } as const
  return withCaller(world, started)
}

/** Tells the machine what came of its action, and takes the steps that concern nobody else. */
export function advance(
  world: World,
  caller: Caller,
  event: RenewalEvent,
  setting: Setting,
  rules: Rules,
): World {
  const at = clocks(world, caller, setting)
  if (!caller.state) return violated(world, `${caller.name} is told of what it did not ask`)
  const step = rules.next(caller.state, event, at)
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
  const told = tell(isInDoubt ? doubted(world, caller) : world, next, step)

  switch (action.do) {
    case 'admit':
      return advance(told, next, { is: 'admitted' }, setting, rules)
    case 'redeem':
      return action.withinMs > 0
        ? withCaller(told, next)
        : advance(told, next, { is: 'answered', answer: { kind: 'unavailable' } }, setting, rules)
    case 'sleep':
      return withCaller(told, { ...next, asleep: { at: told.t, sees: false } })
    case 'serve':
    case 'refuse':
    case 'fail':
      return finish(told, next, at, setting)
    default:
      return withCaller(told, next)
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
 * Whoever owes word of what it has done when another takes its lease comes too late; but one that
 * knows it has presented nothing may still say so.
 */
export function overtaken(world: World, owner: string | undefined): World {
  const holder = world.callers.find(({ name }) => owner?.startsWith(`${name}.`))
  if (!holder || !isOwing(holder)) return world
  const mayRetract = holder.state?.phase.at === 'undoing' && purposeOf(holder) === 'renew'
  return mayRetract ? world : doubted(world, holder)
}

/** Others cannot know, or not in time, what this caller has presented. */
export function doubted(world: World, { name }: Caller): World {
  if (world.doubts.includes(name)) return world
  return { ...world, doubts: [...world.doubts, name].sort() }
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

function tell(world: World, caller: Caller, { notes }: RenewalStep): World {
  let told = world
  for (const note of notes) {
    if (note.note === 'reauthorization-required') {
      const version = caller.read?.version ?? 0
      told = told.told.includes(version)
        ? violated(told, `it is told twice that the person must sign on again`)
        : { ...told, told: [...told.told, version] }
    }
  }
  return told
}

function finish(world: World, caller: Caller, { now }: Instant, setting: Setting): World {
  const { name, action, read, hand, startedAt, sawLogout } = caller
  const outcome = action?.do === 'refuse' ? action.code : (action?.do ?? '')
  const isLast = !setting.callers.some((one) => one.name === name)
  const done: Caller = { ...aCaller(name), mode: 'done', ...(isLast && { outcome }) }
  const after = withCaller(world, done)

  if (world.left === setting.faults && outcome !== 'serve') {
    return violated(after, `nothing went wrong, and ${name} got ${outcome}`)
  }

  if (action?.do === 'serve') {
    const served = action.tokens === 'read' ? read : hand
    if (!served || served.endsAt <= now) return violated(after, `${name} is served what is over`)
    if (sawLogout) return violated(after, `${name} is served after the session was ended`)
  }
  const { row } = world
  const isNewest =
    hand !== undefined &&
    row?.status === 'active' &&
    row.tokenVersion === hand.version - 1 &&
    row.attempt?.id === hand.attempt
  const isKept = Object.values(world.rescue).some((set) => set.access === hand?.access)
  if (isNewest && !isKept && row.sealedTokens[1] !== hand.access) {
    return violated(after, `${name} drops the newest tokens`)
  }
  if (world.t - startedAt - caller.pausedSeconds > 2 * LEASE_SECONDS + 10) {
    return violated(after, `${name} waits for longer than two leases`)
  }
  return after
}

export function violated(world: World, violation: string): World {
  return { ...world, violation: world.violation ?? violation }
}

/** Everybody who pauses will see a change when it looks again, before the next tick. */
export function seen(world: World): World {
  const callers = world.callers.map((caller) =>
    caller.asleep ? { ...caller, asleep: { ...caller.asleep, sees: true } } : caller,
  )
  return { ...world, callers }
}
