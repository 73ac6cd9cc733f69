import { atLast, lastJudge } from './last-caller.ts'
import { stateTable } from './state-table.ts'
import { valueAt } from './steps.ts'
import { CALLERS, PAST, SCENE, type Successors, successorsFor } from './successors.ts'
import type { Rules, Setting } from './world.ts'

/** What came of an exploration. */
export interface Exploration {
  readonly states: number
  /** What must not happen, and does; none was found where this is empty. */
  readonly violations: readonly string[]
}

/** The shortest way to something that must not happen. */
export interface Counterexample {
  readonly violation: string
  readonly trace: readonly string[]
}

interface Options {
  /** Without what is the same but for names or order (`successors.ts`); it is, if not told otherwise. */
  readonly isReduced?: boolean
  /** Does not end with the first thing that must not happen. */
  readonly findsAll?: boolean
}

/**
 * Every state that can be reached, each once, depth first; a way that leads back to itself goes
 * round for ever, and is one of the things that must not happen.
 */
export function exploreAll(
  setting: Setting,
  rules: Rules,
  { isReduced = true, findsAll = false }: Options = {},
): Exploration {
  const next = successorsFor(setting, rules, isReduced)
  const { width } = next
  const judge = judgeFor(next, setting, rules)
  const table = stateTable(width)
  const violations = new Set<string>()
  const state = new Int32Array(width)
  /** States to go to, one after the other; those of the state on top of the path are on top. */
  let ahead = new Int32Array(width * 1_024)
  let top = 0
  const path: number[] = []
  const bottoms: number[] = []
  const onPath = new Set<number>()

  const push = (found: Int32Array): void => {
    if (top + width > ahead.length) {
      const larger = new Int32Array(ahead.length * 2)
      larger.set(ahead)
      ahead = larger
    }
    ahead.set(found, top)
    top += width
  }
  const enter = (index: number): void => {
    path.push(index)
    bottoms.push(top)
    onPath.add(index)
    const wrong = judge(state)
    if (wrong) violations.add(wrong)
    next.each(state, (found, _, violation) => {
      if (violation) violations.add(violation)
      else if (!next.isOver(found)) push(found)
      else {
        const wrongAtLast = judge(found)
        if (wrongAtLast) violations.add(wrongAtLast)
      }
    })
  }

  state.set(next.first())
  enter(table.add(state))
  while (path.length > 0 && (findsAll || violations.size === 0)) {
    if (top === bottoms.at(-1)) {
      bottoms.pop()
      onPath.delete(path.pop() ?? -1)
      continue
    }
    top -= width
    state.set(ahead.subarray(top, top + width))
    const { size } = table
    const index = table.add(state)
    if (index === size) enter(index)
    else if (onPath.has(index)) violations.add('it goes round for ever')
  }
  return { states: table.size, violations: [...violations].sort() }
}

/** The shortest way to something that must not happen, breadth first, in every order and by name. */
export function shortestCounterexample(
  setting: Setting,
  rules: Rules,
  mostStates: number,
): Counterexample | undefined {
  const next = successorsFor(setting, rules, false)
  const { width } = next
  const judge = judgeFor(next, setting, rules)
  const table = stateTable(width)
  const state = new Int32Array(width)
  /** Of each state, the one before it. */
  const before: number[] = [-1]

  const labelOf = (from: number, to: Int32Array): string => {
    let label = ''
    table.read(from, state)
    next.each(state, (found, own) => {
      if (!label && found.every((word, at) => word === to[at])) label = own
    })
    return label
  }
  const traceTo = (last: number): string[] => {
    const trace: string[] = []
    for (let index = last; index > 0; index = before[index] ?? 0) {
      const reached = new Int32Array(width)
      table.read(index, reached)
      trace.unshift(labelOf(before[index] ?? 0, reached))
    }
    return trace
  }

  table.add(next.first())
  for (let index = 0; index < table.size && table.size < mostStates; index += 1) {
    let wrong: { readonly violation: string; readonly label: string } | undefined
    table.read(index, state)
    next.each(state, (found, label, violation) => {
      const own = violation ?? judge(found)
      if (own) wrong ??= { violation: own, label }
      const { size } = table
      if (!next.isOver(found) && table.add(found) === size) before.push(index)
    })
    if (wrong) return { violation: wrong.violation, trace: [...traceTo(index), wrong.label] }
  }
  return undefined
}

/** What is wrong with a state in which nobody is under way. */
function judgeFor(next: Successors, setting: Setting, rules: Rules) {
  const { steps } = next
  const judge = lastJudge(setting, rules)

  const keys: Map<number, string>[] = []

  /** What a last caller meets, which many states have in common. */
  const keyOf = (scene: number, past: number): string => {
    keys[scene] ??= new Map()
    const known = keys[scene].get(past)
    if (known !== undefined) return known
    const own = valueAt(steps.scenes, scene)
    const last = steps.sceneId(atLast(own, setting))
    const bare = { ...valueAt(steps.pasts, past), late: [], doubts: [] }
    const key = `${last} ${steps.pastId(bare, own.isLoggedOut)}`
    keys[scene].set(past, key)
    return key
  }

  return (state: Int32Array): string | undefined => {
    if (next.isUnderWay(state)) return undefined
    const [scene = 0, past = 0] = [state[SCENE], state[PAST]]
    const callers = [...state.subarray(CALLERS)].map((id) => valueAt(steps.callers, id))
    const own = valueAt(steps.scenes, scene)
    return judge(own, valueAt(steps.pasts, past), callers, keyOf(scene, past))
  }
}
