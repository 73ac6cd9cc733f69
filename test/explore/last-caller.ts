import { isOwing, start } from './caller.ts'
import { moves } from './moves.ts'
import { aCaller, NO_FAULTS, type Rules, type Setting, TICK_SECONDS, type World } from './world.ts'

/** More steps than any caller takes who is alone. */
const MOST_STEPS = 200

/**
 * Judges a world in which nobody is under way: whoever is frozen never comes back, and a last
 * caller, when all is over, is served, but where the session is lost of necessity.
 *
 * @returns what is wrong
 */
export function settled(world: World, setting: Setting, rules: Rules): string | undefined {
  const frozen = world.callers.filter((one) => one.mode === 'frozen' && isOwing(one))
  const doubts = new Set([...world.doubts, ...frozen.map(({ name }) => name)]).size
  const { world: last, outcome } = lastCaller(world, setting, rules)
  if (last.violation) return `${last.violation}, by the last caller`
  if (world.isLoggedOut) {
    return outcome === 'session_over' ? undefined : `an ended session answers ${outcome}`
  }
  if (outcome === 'serve') return undefined
  if (outcome !== 'session_over') return `the last caller got ${outcome}`
  return isInevitable(last, doubts, setting) ? undefined : 'the session is lost without need'
}

/**
 * A session may be lost where no word came back of a presentation, and the token may not be
 * presented once more (the server is known to revoke for that), or the server refused it, or no word
 * came back of that either.
 */
function isInevitable({ server }: World, doubts: number, { reuse }: Setting): boolean {
  if (doubts === 0) return false
  return reuse === 'revokes' || doubts > 1 || server.refused > 0
}

/** Somebody who comes when all is over, again when asked to, while nothing goes wrong any more. */
function lastCaller(
  world: World,
  setting: Setting,
  rules: Rules,
): { readonly world: World; readonly outcome: string } {
  let at: World = {
    ...world,
    isDown: false,
    left: NO_FAULTS,
    late: [],
    callers: [],
    t: Math.max(world.t, setting.endsAfterSeconds) + TICK_SECONDS,
  }
  let outcome = ''
  for (const name of ['X', 'Y', 'Z']) {
    const caller = aCaller(name)
    at = start({ ...at, callers: [caller] }, caller, setting)
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (at.violation) return { world: at, outcome: '' }
      const next = moves(at, setting, rules)[0]
      if (!next || at.callers[0]?.mode === 'done') break
      at = next.world
    }
    outcome = at.callers[0]?.outcome ?? 'nothing'
    if (outcome !== 'upstream_unavailable' && outcome !== 'session_busy') break
    at = { ...at, t: at.t + 90 }
  }
  return { world: at, outcome }
}
