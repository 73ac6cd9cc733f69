/** Values by number: equal ones have one. */
export interface Pool<Value> {
  readonly values: readonly Value[]
  idOf(value: Value): number
}

/** @param text the same for equal values, and for no others */
export function poolOf<Value extends object>(text: (value: Value) => string): Pool<Value> {
  const values: Value[] = []
  const ids = new Map<string, number>()
  const idsByValue = new WeakMap<Value, number>()

  return {
    values,
    idOf(value) {
      const known = idsByValue.get(value)
      if (known !== undefined) return known
      const key = text(value)
      let id = ids.get(key)
      if (id === undefined) {
        id = values.push(value) - 1
        ids.set(key, id)
      }
      idsByValue.set(value, id)
      return id
    },
  }
}
