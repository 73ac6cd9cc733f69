import { renamed } from './names.ts'
import type { Pool } from './pool.ts'
import type { Setting } from './world.ts'

/** An exchange of callers of one kind: where each of them goes, and what it is called there. */
export interface Exchange {
  readonly positions: readonly number[]
  readonly names: ReadonlyMap<string, string>
}

/** Callers of one kind do the same in the same place. */
export function kindsOf({ callers }: Setting): readonly string[] {
  return callers.map(({ skewSeconds, aheadSeconds, isRejected }) =>
    [skewSeconds, aheadSeconds, isRejected === true].join(),
  )
}

/** Every exchange of callers of one kind but the one that changes nothing. */
export function exchanges(setting: Setting): readonly Exchange[] {
  const kinds = kindsOf(setting)
  return permutations(setting.callers.map((_, index) => index))
    .filter((positions) => positions.every((to, from) => kinds[to] === kinds[from]))
    .filter((positions) => positions.some((to, from) => to !== from))
    .map((positions) => ({
      positions,
      names: new Map(
        positions.map((to, from) => [
          setting.callers[from]?.name ?? '',
          setting.callers[to]?.name ?? '',
        ]),
      ),
    }))
}

function permutations(all: readonly number[]): readonly (readonly number[])[] {
  if (all.length === 0) return [[]]
  return all.flatMap((one) =>
    permutations(all.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  )
}

/** The number of a pool's value with its names changed, looked up once. */
export function renaming<Value extends object>(
  pool: Pool<Value>,
  { names }: Exchange,
): (id: number) => number {
  const known: number[] = []
  return (id) => {
    const before = known[id]
    if (before !== undefined) return before
    const value = pool.values[id]
    const after = value ? pool.idOf(renamed(value, names)) : id
    known[id] = after
    return after
  }
}
