import { fingerprint } from './fingerprint.ts'
import { settled } from './last-caller.ts'
import { isUnderWay, type Move, moves } from './moves.ts'
import { firstWorld, type Rules, type Setting, type World } from './world.ts'

/** What came of an exploration. */
export interface Exploration {
  readonly states: number
  /** The way to what must not happen; none was found where this is absent. */
  readonly counterexample?: { readonly violation: string; readonly trace: readonly string[] }
}

/**
 * Every state that can be reached, each once, depth first; a way that leads back to itself goes
 * round for ever, and is one of the things that must not happen.
 */
export function exploreAll(setting: Setting, rules: Rules): Exploration {
  const seen = new Set<string>()
  const path: { readonly key: string; readonly label: string; readonly rest: Move[] }[] = []
  const onPath = new Set<string>()
  const found = (violation: string, label: string): Exploration => ({
    states: seen.size,
    counterexample: { violation, trace: [...path.map((step) => step.label), label].slice(1) },
  })

  const enter = (label: string, world: World, key: string): string | undefined => {
    seen.add(key)
    const next = moves(world, setting, rules)
    path.push({ key, label, rest: [...next] })
    onPath.add(key)
    return isUnderWay(world) ? undefined : settled(world, setting, rules)
  }

  const first = firstWorld(setting)
  enter('', first, fingerprint(first))
  for (;;) {
    const top = path.at(-1)
    if (!top) return { states: seen.size }
    const move = top.rest.pop()
    if (!move) {
      onPath.delete(top.key)
      path.pop()
      continue
    }
    const { label, world } = move
    if (world.violation) return found(world.violation, label)
    const key = fingerprint(world)
    if (onPath.has(key)) return found('it goes round for ever', label)
    if (seen.has(key)) continue
    const violation = enter(label, world, key)
    if (violation) return found(violation, '')
  }
}

/** The shortest way to something that must not happen, breadth first. */
export function shortestCounterexample(
  setting: Setting,
  rules: Rules,
  mostStates: number,
): Exploration {
  interface Step {
    readonly world: World
    readonly label: string
    readonly from?: Step
  }
  const traceOf = (last: Step): string[] => {
    const trace: string[] = []
    for (let step: Step | undefined = last; step?.from; step = step.from) trace.unshift(step.label)
    return trace
  }

  const first = firstWorld(setting)
  const seen = new Set([fingerprint(first)])
  let layer: Step[] = [{ world: first, label: '' }]
  while (layer.length > 0 && seen.size < mostStates) {
    const nextLayer: Step[] = []
    for (const step of layer) {
      const next = moves(step.world, setting, rules)
      const violation = isUnderWay(step.world) ? undefined : settled(step.world, setting, rules)
      if (violation) {
        return { states: seen.size, counterexample: { violation, trace: traceOf(step) } }
      }
      for (const { label, world } of next) {
        const reached = { world, label, from: step }
        if (world.violation) {
          const { violation } = world
          return { states: seen.size, counterexample: { violation, trace: traceOf(reached) } }
        }
        const key = fingerprint(world)
        if (seen.has(key)) continue
        seen.add(key)
        nextLayer.push(reached)
      }
    }
    layer = nextLayer
  }
  return { states: seen.size }
}
