/** What is wrong with a registry file, and where. Shown to whoever wrote the file. */
export interface Problem {
  /** As JavaScript would reach it: `connections[0].scopes[2]`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong, then what to do. Never holds a value that might be a secret. */
  readonly message: string
}

/** Spells a path of keys and indexes. */
export function pathOf(...steps: readonly PropertyKey[]): string {
  return steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

interface Placed<Value> {
  readonly path: string
  readonly value: Value
}

/** Every value whose key an earlier one has, with that earlier one. */
export function repetitions<Value>(
  placed: readonly Placed<Value>[],
  keyOf: (value: Value) => string,
): readonly { readonly first: Placed<Value>; readonly again: Placed<Value> }[] {
  const firsts = new Map<string, Placed<Value>>()
  return placed.flatMap((again) => {
    const key = keyOf(again.value)
    const first = firsts.get(key)
    if (first) return [{ first, again }]
    firsts.set(key, again)
    return []
  })
}

/** A list's values with their paths. */
export function placed<Value>(path: string, values: readonly Value[]): readonly Placed<Value>[] {
  return values.map((value, index) => ({ path: `${path}[${index}]`, value }))
}
