import type { RenewalEvent } from '#core/tokens/renewal.ts'
import { NOW } from '../fixtures.ts'
import { act } from './act.ts'
import { advance, isOwing, start } from './caller.ts'
import {
  type Add,
  type Around,
  doubted,
  type Move,
  spend,
  type Turn,
  turnOf,
  withCaller,
} from './turn.ts'
import {
  aCaller,
  type Caller,
  type Held,
  LAST_START_SECONDS,
  OF_TABLE,
  type Post,
  type Scene,
  type Setting,
} from './world.ts'

/** The life of renewed tokens: longer than any exploration, so that their end is one for all. */
const LIFE_SECONDS = 3_600

/**
 * Everything that a caller can do next. That the table comes back, and that the session is ended,
 * matters only to whoever asks the table next: so it is gone through just before that, and not in
 * every order with all else.
 */
export function movesOf(scene: Scene, caller: Caller, on: Around): readonly Move[] {
  const found: Move[] = []
  const add: Add = (label, turn) => found.push({ label, turn })
  const turn = turnOf(scene, caller)

  if (caller.mode === 'frozen') add(`${caller.name} thaws`, thaw(turn))
  if (caller.mode === 'running') stops(turn, on.setting, add)
  goesOn(turn, on, add)
  for (const { label, turn: changed } of unasked(turn, on)) {
    if (asksTable(changed, on)) {
      goesOn(changed, on, (own, next) => add(`${label}; ${own}`, next))
    }
  }
  return found
}

/** What can happen to the table that no caller did. */
function unasked(turn: Turn, on: Around): readonly Move[] {
  const { scene, caller } = turn
  const back = { label: 'the table is back', turn: seen({ ...turn, scene: up(scene) }) }
  const before = scene.isDown ? back : { label: '', turn }
  const found: Move[] = scene.isDown ? [back] : []
  const { row } = scene
  if (on.setting.faults.logout === 0 || scene.isLoggedOut || !row) return found
  if (caller.mode !== 'running' && !on.isAnotherRunning) return found
  const ended = spend(before.turn, 'logout')
  const endedWith = (next: Scene['row']) =>
    seen({ ...ended, scene: { ...ended.scene, isLoggedOut: true, row: next } })
  const label = (what: string) => (before.label ? `${before.label}; ${what}` : what)
  return [
    ...found,
    { label: label('the session is ended'), turn: endedWith({ ...row, status: 'ending' }) },
    { label: label('the session is deleted'), turn: endedWith(undefined) },
  ]
}

function up(scene: Scene): Scene {
  return { ...scene, isDown: false }
}

/** Everybody who pauses, this caller too, sees a change when it looks again. */
function seen(turn: Turn): Turn {
  return { ...withCaller(turn, awakened(turn.caller)), wakes: true }
}

/** A caller who looks again before the next tick, if it pauses. */
export function awakened(caller: Caller): Caller {
  const { asleep } = caller
  return asleep && !asleep.sees ? { ...caller, asleep: { ...asleep, sees: true } } : caller
}

/** Whether what a caller does next is to read or write the table. */
function asksTable(turn: Turn, on: Around): boolean {
  const { scene, caller } = turn
  if (caller.mode === 'idle') return true
  if (caller.mode !== 'running' || caller.post) return false
  if (caller.asleep && !isWakeable(scene, caller)) return false
  const awake = caller.asleep ? advance(turn, { is: 'slept' }, on) : turn
  const { action, asleep } = awake.caller
  return !asleep && action !== undefined && OF_TABLE.has(action.do)
}

/** A caller may be stopped, for a while or for good. */
function stops(turn: Turn, { faults }: Setting, add: Add): void {
  const { scene, caller } = turn
  const { name } = caller
  if (faults.freeze > 0) {
    const frozen = { ...caller, mode: 'frozen', frozenAt: scene.t } as const
    add(`${name} freezes`, withCaller(spend(turn, 'freeze'), frozen))
  }
  // One who holds nothing leaves nothing behind: its crash is as if it came no further.
  if (faults.crash > 0 && isOwing(caller)) {
    const gone = { ...aCaller(name), mode: 'done' } as const
    add(`${name} crashes`, withCaller(doubted(spend(turn, 'crash'), name), gone))
  }
}

/** A caller's own next step. */
function goesOn(turn: Turn, on: Around, add: Add): void {
  const { scene, caller } = turn
  const { name, mode } = caller
  if (mode === 'idle' && scene.t <= LAST_START_SECONDS) {
    act(start(turn, on), on, (_, next) => add(`${name} sets out`, next))
  }
  if (mode !== 'running') return
  if (caller.post) posted(turn, caller.post, on, add)
  else if (!caller.asleep) act(turn, on, add)
  else if (isWakeable(scene, caller)) act(advance(turn, { is: 'slept' }, on), on, add)
}

export function isWakeable({ t }: Scene, { asleep }: Caller): boolean {
  return asleep !== undefined && (t > asleep.at || asleep.sees)
}

/** Whether a running caller can do nothing before time goes on. */
export function isWaiting(scene: Scene, caller: Caller): boolean {
  return caller.asleep
    ? !isWakeable(scene, caller)
    : caller.post?.isSilent === true && !isOver(scene, caller, caller.post)
}

/** Whether a caller has waited for an answer for as long as it would. */
function isOver({ t }: Scene, { pausedSeconds }: Caller, { sentMs, withinMs }: Post): boolean {
  return (t - pausedSeconds) * 1_000 - sentMs >= withinMs
}

function thaw(turn: Turn): Turn {
  const { scene, caller } = turn
  const pausedSeconds = caller.pausedSeconds + scene.t - caller.frozenAt
  return withCaller(turn, { ...caller, mode: 'running', frozenAt: 0, pausedSeconds })
}

/** What may come of a refresh token that was sent. */
function posted(turn: Turn, post: Post, on: Around, add: Add): void {
  const { scene, caller } = turn
  const { name } = caller
  const { post: _, ...without } = caller
  if (post.isSilent) {
    if (!isOver(scene, caller, post)) return
    const event: RenewalEvent = { is: 'answered', answer: { kind: 'ambiguous' } }
    add(`${name} gives up waiting`, advance(withCaller(turn, without), event, on))
    return
  }
  const { pair } = post
  const version = post.version + 1
  const { phase } = caller.state ?? {}
  const attempt = phase && 'holding' in phase ? phase.holding.attempt.id : ''
  const hand: Held | undefined = pair && { ...pair, version, endsAt: NOW + LIFE_SECONDS, attempt }
  const event: RenewalEvent = { is: 'answered', answer: { kind: pair ? 'granted' : 'revoked' } }
  const told = withCaller(turn, { ...without, ...(hand && { hand }) })
  add(`${name} has the answer${pair ? '' : ' invalid_grant'}`, advance(told, event, on))
}
