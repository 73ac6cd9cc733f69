import { isOwing, start } from './caller.ts'
import { looked } from './look.ts'
import { movesOf } from './moves.ts'
import { withMarks } from './past.ts'
import { mayBeLost } from './plain.ts'
import { type Around, turnOf } from './turn.ts'
import {
  aCaller,
  type Caller,
  NO_FAULTS,
  type Past,
  type Rules,
  type Scene,
  type Setting,
  TICK_SECONDS,
} from './world.ts'

/** More steps than any caller takes who is alone. */
const MOST_STEPS = 200

/** One after the other, each comes when the one before was asked to come again. */
const LAST_CALLERS = ['X', 'Y', 'Z']

/** How it ends for a last caller. */
type Ending = { readonly violation: string } | { readonly outcome: string; readonly past: Past }

/**
 * Judges a state in which nobody is under way: whoever is frozen never comes back, and a last
 * caller, when all is over, is served, but where the session is lost of necessity.
 *
 * @returns what is wrong
 */
export function lastJudge(setting: Setting, rules: Rules) {
  const spared: Setting = { ...setting, faults: NO_FAULTS }
  const endings = new Map<string, readonly Ending[]>()

  return (scene: Scene, past: Past, callers: readonly Caller[], key: string) => {
    const known = endings.get(key)
    const all = known ?? endingsOf(atLast(scene, setting), { ...past, late: [] }, spared, rules)
    if (!known) endings.set(key, all)
    const frozen = callers.filter((one) => one.mode === 'frozen' && isOwing(one))
    const doubts = new Set([...past.doubts, ...frozen.map(({ name }) => name)]).size
    for (const ending of all) {
      const wrong = wrongOf(ending, scene, doubts, setting)
      if (wrong) return wrong
    }
    return undefined
  }
}

/** When all is over, so is the first access token. */
export function atLast(scene: Scene, { endsAfterSeconds }: Setting): Scene {
  return { ...scene, isDown: false, t: Math.max(scene.t, endsAfterSeconds) + TICK_SECONDS }
}

function wrongOf(
  ending: Ending,
  { isLoggedOut }: Scene,
  doubts: number,
  setting: Setting,
): string | undefined {
  if ('violation' in ending) return `${ending.violation}, by the last caller`
  const { outcome, past } = ending
  if (isLoggedOut) {
    return outcome === 'session_over' ? undefined : `an ended session answers ${outcome}`
  }
  if (outcome === 'serve') return undefined
  if (outcome !== 'session_over') return `the last caller got ${outcome}`
  return mayBeLost(past, doubts, setting) ? undefined : 'the session is lost without need'
}

/** All that may come of last callers, while nothing goes wrong any more. */
function endingsOf(
  first: Scene,
  firstPast: Past,
  setting: Setting,
  rules: Rules,
): readonly Ending[] {
  const found: Ending[] = []
  const around = (past: Past): Around => ({
    setting,
    rules,
    isAnotherBusy: false,
    isHolderOwing: false,
    isAnotherRunning: false,
    past: () => past,
  })

  const setOut = (scene: Scene, past: Past, turn: number): void => {
    const caller = aCaller(LAST_CALLERS[turn] ?? '')
    goOn(scene, past, start(turnOf(scene, caller), around(past)).caller, turn, 0)
  }
  const goOn = (scene: Scene, past: Past, caller: Caller, turn: number, steps: number): void => {
    if (caller.mode === 'done' || steps > MOST_STEPS) {
      const outcome = caller.outcome ?? 'nothing'
      const isAskedAgain = outcome === 'upstream_unavailable' || outcome === 'session_busy'
      const isLast = turn + 1 === LAST_CALLERS.length
      if (!isAskedAgain || isLast) found.push({ outcome, past })
      else setOut({ ...scene, t: scene.t + 90 }, past, turn + 1)
      return
    }
    const on = around(past)
    const moves = movesOf(scene, caller, on)
    if (moves.length === 0) {
      const later = { ...scene, t: scene.t + TICK_SECONDS }
      goOn(later, past, looked(later, caller, on), turn, steps + 1)
    }
    for (const move of moves) {
      const after = withMarks(past, move.turn.marks, setting)
      const violation = 'violation' in after ? after.violation : move.turn.violation
      if (violation) found.push({ violation })
      else if (!('violation' in after)) {
        goOn(move.turn.scene, after, looked(move.turn.scene, move.turn.caller, on), turn, steps + 1)
      }
    }
  }

  setOut(first, firstPast, 0)
  return found
}
