/**
 * What a table has under a name that others chose. Every object inherits members like `toString` and
 * `__proto__`: a table has none of these.
 */
export function entryOf<Value>(
  table: Readonly<Record<string, Value>>,
  name: string | undefined,
): Value | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined
}
