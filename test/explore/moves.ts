import type { RenewalAction, RenewalEvent } from '#core/tokens/renewal.ts'
import { NOW } from '../fixtures.ts'
import { redeem } from './authorization-server.ts'
import { advance, clocks, doubted, isOwing, seen, start, withCaller } from './caller.ts'
import { perform, presented } from './stores.ts'
import {
  aCaller,
  type Caller,
  type Faults,
  type Held,
  LAST_START_SECONDS,
  LAST_THAW_SECONDS,
  type Post,
  type Rules,
  type Setting,
  TICK_SECONDS,
  type World,
} from './world.ts'

/** The life of renewed tokens: longer than any exploration. */
const LIFE_SECONDS = 3_600

/** Actions on the Sessions table; the second path is in another. */
const OF_TABLE: ReadonlySet<string> = new Set(['read', 'acquire', 'store', 'release'])

export interface Move {
  /** Who does what, for the trace. */
  readonly label: string
  readonly world: World
}

type Add = (label: string, next: World) => void

/**
 * Everything that can happen next. That the table comes back, and that the session is ended, matters
 * only to whoever asks the table next: so it is gone through just before that, and not in every order
 * with all else.
 */
export function moves(world: World, setting: Setting, rules: Rules): readonly Move[] {
  const found: Move[] = []
  const add: Add = (label, next) => found.push({ label, world: next })
  const { t, late } = world

  for (const caller of world.callers) {
    if (caller.mode === 'frozen') add(`${caller.name} thaws`, thaw(world, caller))
    if (caller.mode === 'running') stops(world, caller, add)
    goesOn(world, caller, setting, rules, add)
  }
  for (const { label, world: changed } of unasked(world)) {
    for (const caller of changed.callers) {
      if (!asksTable(changed, caller, setting, rules)) continue
      goesOn(changed, caller, setting, rules, (own, next) => add(`${label}; ${own}`, next))
    }
  }

  for (const [index, token] of late.entries()) {
    const { server } = redeem(setting.server, world.server, token, t)
    const rest = late.filter((_, other) => other !== index)
    add('the late request arrives', { ...world, server, late: rest })
  }
  if (mayTick(world)) add(`${TICK_SECONDS} s pass`, { ...world, t: t + TICK_SECONDS })
  return found.map((move) => ({ ...move, world: polled(move.world, setting, rules) }))
}

/** What can happen to the table that no caller did. */
function unasked(world: World): readonly Move[] {
  const back = { label: 'the table is back', world: seen({ ...world, isDown: false }) }
  const before = world.isDown ? back : { label: '', world }
  const { left, row } = before.world
  const found: Move[] = world.isDown ? [back] : []
  if (left.logout === 0 || !row || !isUnderWay(world)) return found
  const ended = { ...spend(before.world, 'logout'), isLoggedOut: true }
  const label = (what: string) => (before.label ? `${before.label}; ${what}` : what)
  return [
    ...found,
    {
      label: label('the session is ended'),
      world: seen({ ...ended, row: { ...row, status: 'ending' } }),
    },
    { label: label('the session is deleted'), world: seen({ ...ended, row: undefined }) },
  ]
}

/** Whether what a caller does next is to read or write the table. */
function asksTable(world: World, caller: Caller, setting: Setting, rules: Rules): boolean {
  if (caller.mode === 'idle') return true
  if (caller.mode !== 'running' || caller.post) return false
  if (caller.asleep && !isWakeable(world, caller)) return false
  const awake = caller.asleep ? advance(world, caller, { is: 'slept' }, setting, rules) : world
  const { action, asleep } = callerOf(awake, caller.name)
  return !asleep && action !== undefined && OF_TABLE.has(action.do)
}

/** A caller may be stopped, for a while or for good. */
function stops(world: World, caller: Caller, add: Add): void {
  const { name } = caller
  const { left, t } = world
  if (left.freeze > 0) {
    const frozen = { ...caller, mode: 'frozen', frozenAt: t } as const
    add(`${name} freezes`, withCaller(spend(world, 'freeze'), frozen))
  }
  // One who holds nothing leaves nothing behind: its crash is as if it came no further.
  if (left.crash > 0 && isOwing(caller)) {
    const gone = doubted(spend(world, 'crash'), caller)
    add(`${name} crashes`, withCaller(gone, { ...aCaller(name), mode: 'done' }))
  }
}

/** A caller's own next step. */
function goesOn(world: World, caller: Caller, setting: Setting, rules: Rules, add: Add): void {
  const { name, mode } = caller
  if (mode === 'idle' && maySetOut(world, caller, setting)) {
    const started = start(world, caller, setting)
    act(started, callerOf(started, name), setting, rules, (_, next) =>
      add(`${name} sets out`, next),
    )
  }
  if (mode !== 'running') return
  if (caller.post) posted(world, caller, caller.post, setting, rules, add)
  else if (!caller.asleep) act(world, caller, setting, rules, add)
  else if (isWakeable(world, caller)) {
    const awake = advance(world, caller, { is: 'slept' }, setting, rules)
    act(awake, callerOf(awake, name), setting, rules, add)
  }
}

/**
 * Everybody who waits looks again a dozen times in a tick. A look that changes nothing but when the
 * next one is concerns nobody else, so it is taken at once, and not in every order with all else.
 */
function polled(world: World, setting: Setting, rules: Rules): World {
  if (world.violation) return world
  let after = world
  for (const caller of world.callers) {
    const isPolling = caller.mode === 'running' && caller.state?.phase.at === 'waiting'
    if (!isPolling || !isWakeable(after, caller)) continue
    const looks: World[] = []
    const awake = advance(after, caller, { is: 'slept' }, setting, rules)
    act(awake, callerOf(awake, caller.name), setting, rules, (_, next) => looks.push(next))
    const [look] = looks
    if (look && looks.length === 1 && isIdle(look, caller)) after = look
  }
  return after
}

function isIdle(world: World, { name }: Caller): boolean {
  const { asleep, state } = callerOf(world, name)
  return !world.violation && asleep !== undefined && state?.phase.at === 'waiting'
}

/** Whether somebody who runs is under way. */
export function isUnderWay({ callers }: World): boolean {
  return callers.some(({ mode }) => mode === 'running')
}

function callerOf(world: World, name: string): Caller {
  return world.callers.find((one) => one.name === name) ?? aCaller(name)
}

/** Two callers of one kind set out in one order: the other is the same with the names changed. */
function maySetOut({ t, callers }: World, caller: Caller, setting: Setting): boolean {
  if (t > LAST_START_SECONDS) return false
  const kind = (name: string) => {
    const own = setting.callers.find((one) => one.name === name)
    return `${own?.skewSeconds} ${own?.aheadSeconds}`
  }
  const before = callers.slice(0, callers.indexOf(caller))
  return !before.some((one) => one.mode === 'idle' && kind(one.name) === kind(caller.name))
}

/** Time goes on when nobody who runs can do anything before. */
function mayTick(world: World): boolean {
  const running = world.callers.filter(({ mode }) => mode === 'running')
  const isWaiting = (caller: Caller) =>
    caller.asleep
      ? !isWakeable(world, caller)
      : caller.post?.isSilent === true && !isOver(world, caller, caller.post)
  if (running.length > 0) return running.every(isWaiting)
  const mayStart = world.callers.some(({ mode }) => mode === 'idle')
  const mayThaw = world.callers.some(({ mode }) => mode === 'frozen')
  return world.t < (mayThaw ? LAST_THAW_SECONDS : mayStart ? LAST_START_SECONDS : 0)
}

function isWakeable({ t }: World, { asleep }: Caller): boolean {
  return asleep !== undefined && (t > asleep.at || asleep.sees)
}

/** Whether a caller has waited for an answer for as long as it would. */
function isOver({ t }: World, { pausedSeconds }: Caller, { sentMs, withinMs }: Post): boolean {
  return (t - pausedSeconds) * 1_000 - sentMs >= withinMs
}

function spend(world: World, fault: keyof Faults): World {
  return { ...world, left: { ...world.left, [fault]: world.left[fault] - 1 } }
}

function thaw(world: World, caller: Caller): World {
  const seconds = world.t - caller.frozenAt
  const pausedSeconds = caller.pausedSeconds + seconds
  return withCaller(world, { ...caller, mode: 'running', frozenAt: 0, pausedSeconds })
}

/** Whether a caller may do something that others must know of. */
function isBusy(caller: Caller): boolean {
  return isOwing(caller) || caller.state?.phase.at === 'acquiring'
}

/** What may come of a refresh token that was sent. */
function posted(
  world: World,
  caller: Caller,
  post: Post,
  setting: Setting,
  rules: Rules,
  add: Add,
): void {
  const { name } = caller
  const { post: _, ...without } = caller
  if (post.isSilent) {
    if (!isOver(world, caller, post)) return
    const event: RenewalEvent = { is: 'answered', answer: { kind: 'ambiguous' } }
    add(`${name} gives up waiting`, advance(world, without, event, setting, rules))
    return
  }
  const { pair } = post
  const version = post.version + 1
  const { phase } = caller.state ?? {}
  const attempt = phase && 'holding' in phase ? phase.holding.attempt.id : ''
  const endsAt = NOW + world.t + LIFE_SECONDS
  const hand: Held | undefined = pair && { ...pair, version, endsAt, attempt }
  const event: RenewalEvent = { is: 'answered', answer: { kind: pair ? 'granted' : 'revoked' } }
  const told = { ...without, ...(hand && { hand }) }
  add(
    `${name} has the answer${pair ? '' : ' invalid_grant'}`,
    advance(world, told, event, setting, rules),
  )
}

/** What may come of a caller's action on the stores. */
function act(world: World, caller: Caller, setting: Setting, rules: Rules, add: Add): void {
  const { name, action, mode } = caller
  if (mode !== 'running' || !action || caller.asleep) {
    add(`${name} ${mode === 'running' ? 'pauses' : 'ends'}`, world)
    return
  }
  if (action.do === 'redeem') {
    present(world, caller, action.withinMs, setting, add)
    return
  }

  const label = `${name}: ${describe(action)}`
  const tell = (at: World, event: RenewalEvent) =>
    advance(at, callerOf(at, name), event, setting, rules)
  const isWrite = action.do !== 'read' && action.do !== 'find'
  const isOfTable = OF_TABLE.has(action.do)
  if (isOfTable && world.isDown) {
    add(`${label} fails`, tell(world, { is: 'failed' }))
    return
  }
  if (isOfTable && isWrite && world.left.outage > 0) {
    const away = { ...spend(world, 'outage'), isDown: true }
    add(`${label} fails, the table is away`, tell(away, { is: 'failed' }))
  }

  const done = perform(world, caller, action, setting, rules)
  const after = tell(done.world, done.event)
  const next = callerOf(after, name)
  // Looking on the second path is a step of its own where somebody could put something there.
  const isAlone = !world.callers.some((one) => one.name !== name && isBusy(one))
  if (isAlone && next.action?.do === 'find' && !next.asleep) {
    act(after, next, setting, rules, (_, found) => add(`${label}, and the second path`, found))
  } else add(label, after)

  if (!isWrite || world.left.lost === 0) return
  const lost = spend(done.world, 'lost')
  add(`${label}, and its answer is lost`, tell(lost, { is: 'failed' }))
  const again = perform(lost, callerOf(lost, name), action, setting, rules)
  add(`${label}, repeated by the SDK`, tell(again.world, again.event))
}

/** A refresh token goes out, and is answered; or the answer is lost, or the request is late. */
function present(world: World, caller: Caller, withinMs: number, setting: Setting, add: Add): void {
  const { name, read } = caller
  const out = presented(world, caller, setting)
  if (!read || out.violation) {
    add(`${name} presents`, out)
    return
  }
  const label = `${name} presents the refresh token`
  const { ms } = clocks(world, caller, setting)
  const { server, pair } = redeem(setting.server, out.server, read.refresh, out.t)
  const post = { sentMs: ms, withinMs, version: read.version, isSilent: false }
  const answered = { ...caller, post: { ...post, ...(pair && { pair }) } }
  add(label, withCaller({ ...out, server }, answered))

  if (world.left.lost === 0) return
  const silent = { ...caller, post: { ...post, isSilent: true } }
  const lost = doubted(spend(out, 'lost'), caller)
  add(`${label}, and the answer is lost`, withCaller({ ...lost, server }, silent))
  const late = [...lost.late, read.refresh]
  add(`${label}, and the request is late`, withCaller({ ...lost, late }, silent))
}

function describe(action: RenewalAction): string {
  switch (action.do) {
    case 'acquire':
      return `acquire (fence ${action.fence}, ${action.attempt.phase})`
    case 'release': {
      const { status, attempt } = action.outcome
      return `release (${status}${attempt ? `, ${attempt.phase}` : ''})`
    }
    default:
      return action.do
  }
}
