/** A value with callers' names changed, wherever they stand: alone, or before a lease's number. */
export function renamed<Value>(value: Value, names: ReadonlyMap<string, string>): Value {
  if (typeof value === 'string') return renamedText(value, names) as Value
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) {
    const all = value.map((one) => renamed(one, names))
    return (typeof all[0] === 'string' ? all.sort() : all) as Value
  }
  const entries = Object.entries(value).map(([key, one]) => [
    renamedText(key, names),
    renamed(one, names),
  ])
  return Object.fromEntries(entries) as Value
}

function renamedText(text: string, names: ReadonlyMap<string, string>): string {
  const dot = text.indexOf('.')
  const name = dot < 0 ? text : text.slice(0, dot)
  const other = names.get(name)
  return other === undefined ? text : other + text.slice(name.length)
}
