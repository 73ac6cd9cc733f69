import { packedList } from './budget.ts'
import { isOwing, isOwingUnderLease } from './caller.ts'
import { callerText, pastText, sceneText } from './fingerprint.ts'
import { looked } from './look.ts'
import { awakened, movesOf } from './moves.ts'
import { withMarks } from './past.ts'
import { plainCaller, plainPast, plainScene } from './plain.ts'
import { type Pool, poolOf } from './pool.ts'
import type { Around, Mark } from './turn.ts'
import { type Caller, firstPast, type Past, type Rules, type Scene, type Setting } from './world.ts'

/** What a caller's move makes of a scene, by number. */
interface Step {
  readonly label: string
  readonly scene: number
  readonly caller: number
  readonly marks: number
  readonly spent: number
  readonly wakes: boolean
  readonly violation: string | undefined
  readonly violationIfSpared: string | undefined
}

/** What of a caller others' moves depend on, and the order in which they are gone through. */
interface CallerFacts {
  readonly caller: Caller
  readonly isRunning: boolean
  readonly isBusy: boolean
  readonly isOwingUnderLease: boolean
  /** Its refresh token is out, and the answer about to come. */
  readonly isAnswered: boolean
  /** It presents a refresh token next. */
  readonly isPresenting: boolean
  /** It has set out, and neither pauses nor is it over: nobody's move makes it look. */
  readonly isAwake: boolean
}

/** What of the others a caller's move may hang on, in one number; and that it hangs on the past. */
export const ANOTHER_BUSY = 1
export const HOLDER_OWING = 2
export const ANOTHER_RUNNING = 4
const PAST_READ = 8

/** A caller's moves in a scene, by what they were seen to hang on beside. */
interface Remembered {
  readonly reads: number
  readonly found: Map<number, readonly Step[]>
}

/** The parts of states, and the moves from one to another, each gone through once and remembered. */
export interface Steps {
  readonly scenes: Pool<Scene>
  readonly pasts: Pool<Past>
  readonly callers: Pool<Caller>
  sceneId(scene: Scene): number
  callerId(caller: Caller, scene: Scene): number
  pastId(past: Past, isLoggedOut: boolean): number
  factsOf(caller: number): CallerFacts
  stepsOf(scene: number, past: number, caller: number, others: number): readonly Step[]
  /** A caller after somebody's move: whether that wakes it, and what it sees then. */
  lookedAt(scene: number, caller: number, wakes: boolean): number
  /** A past with marks, or what must not be. */
  marked(past: number, marks: number, isLoggedOut: boolean): number | string
}

/**
 * The machine is pure, and so is all around it: a caller's move hangs on the scene, the caller, and
 * little else, while a state is a scene, a past and several callers. So a move is asked of the machine
 * once, and remembered for all states that share what it hangs on.
 */
export function stepsFor(setting: Setting, rules: Rules, isReduced: boolean): Steps {
  const scenes = poolOf(sceneText)
  const pasts = poolOf(pastText)
  const callers = poolOf(callerText)
  const marks = poolOf<readonly Mark[]>(JSON.stringify)
  const facts: CallerFacts[] = []
  const known: Map<number, Remembered>[] = []
  const looks: Map<number, number>[] = []
  const pastsAfter: Map<number, number | string>[] = []

  const sceneId = (scene: Scene) => scenes.idOf(isReduced ? plainScene(scene, setting) : scene)
  const callerId = (caller: Caller, scene: Scene) =>
    callers.idOf(isReduced ? plainCaller(caller, scene) : caller)
  const pastId = (past: Past, isLoggedOut: boolean) =>
    pasts.idOf(isReduced ? plainPast(past, isLoggedOut, setting) : past)
  const alone = firstPast(setting)
  const lookingOn: Around = {
    setting,
    rules,
    isAnotherBusy: true,
    isHolderOwing: false,
    isAnotherRunning: true,
    past: () => alone,
  }

  const explore = (scene: number, past: number, caller: number, others: number) => {
    let reads = 0
    const hangsOn = (one: number): boolean => {
      reads |= one
      return (others & one) > 0
    }
    const on: Around = {
      setting,
      rules,
      get isAnotherBusy() {
        return hangsOn(ANOTHER_BUSY)
      },
      get isHolderOwing() {
        return hangsOn(HOLDER_OWING)
      },
      get isAnotherRunning() {
        return hangsOn(ANOTHER_RUNNING)
      },
      past() {
        reads |= PAST_READ
        return valueAt(pasts, past)
      },
    }
    const before = valueAt(scenes, scene)
    const found = movesOf(before, valueAt(callers, caller), on).map(({ label, turn }): Step => {
      const after = turn.scene === before ? scene : sceneId(turn.scene)
      const scenery = valueAt(scenes, after)
      return {
        label,
        scene: after,
        caller: callerId(looked(scenery, turn.caller, lookingOn), scenery),
        marks: marks.idOf(turn.marks),
        spent: packedList(turn.spends),
        wakes: turn.wakes,
        violation: turn.violation,
        violationIfSpared: turn.violationIfSpared,
      }
    })
    return { found, reads }
  }

  return {
    scenes,
    pasts,
    callers,
    sceneId,
    callerId,
    pastId,

    factsOf(id) {
      const before = facts[id]
      if (before) return before
      const caller = valueAt(callers, id)
      const { mode, post, action, asleep } = caller
      const isRunning = mode === 'running'
      const own: CallerFacts = {
        caller,
        isRunning,
        isBusy: isOwing(caller) || caller.state?.phase.at === 'acquiring',
        isOwingUnderLease: isOwingUnderLease(caller),
        isAnswered: isRunning && post?.isSilent === false,
        isAwake: mode === 'done' || mode === 'frozen' || (isRunning && !asleep),
        isPresenting: isRunning && !post && !asleep && action?.do === 'redeem',
      }
      facts[id] = own
      return own
    },

    stepsOf(scene, past, caller, others) {
      known[scene] ??= new Map()
      const entry = known[scene].get(caller)
      const before = entry?.found.get(keyOf(entry.reads, past, others))
      if (before) return before
      const { found, reads } = explore(scene, past, caller, others)
      const all = reads | (entry?.reads ?? 0)
      const kept = entry?.reads === all ? entry.found : new Map<number, readonly Step[]>()
      known[scene].set(caller, { reads: all, found: kept.set(keyOf(all, past, others), found) })
      return found
    },

    lookedAt(scene, caller, wakes) {
      if (this.factsOf(caller).isAwake) return caller
      const key = caller * 2 + (wakes ? 1 : 0)
      looks[scene] ??= new Map()
      const before = looks[scene].get(key)
      if (before !== undefined) return before
      const scenery = valueAt(scenes, scene)
      const one = valueAt(callers, caller)
      const after = callerId(looked(scenery, wakes ? awakened(one) : one, lookingOn), scenery)
      looks[scene].set(key, after)
      return after
    },

    marked(past, list, isLoggedOut) {
      const key = list * 2 + (isLoggedOut ? 1 : 0)
      pastsAfter[past] ??= new Map()
      const before = pastsAfter[past].get(key)
      if (before !== undefined) return before
      const after = withMarks(valueAt(pasts, past), valueAt(marks, list), setting)
      const result = 'violation' in after ? after.violation : pastId(after, isLoggedOut)
      pastsAfter[past].set(key, result)
      return result
    },
  }
}

function keyOf(reads: number, past: number, others: number): number {
  return (reads & PAST_READ ? past * 8 : 0) + (reads & others)
}

export function valueAt<Value>({ values }: Pool<Value>, id: number): Value {
  const value = values[id]
  if (value === undefined) throw new RangeError(`Nothing has the number ${id}`)
  return value
}
