/** Values by number: equal ones have one. */
export interface Pool<Value> {
  readonly values: readonly Value[]
  idOf(value: Value): number
}

/** @param text the same for equal values, and for no others */
export function poolOf<Value extends object>(text: (value: Value) => string): Pool<Value> {
  const values: Value[] = []
  const ids = new Map<string, number>()

  return {
    values,
    idOf(value) {
      const key = text(value)
      const known = ids.get(key)
      if (known !== undefined) return known
      const id = values.push(value) - 1
      ids.set(key, id)
      return id
    },
  }
}
