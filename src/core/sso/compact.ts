/**
 * A copy without what is unknown: absent members, empty texts, and the objects and lists that have
 * nothing left. So a field that is sent has a value, and nothing is sent as null.
 */
export function compact(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members)
      .map(([name, value]) => [name, compactValue(value)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

function compactValue(value: unknown): unknown {
  if (value === null || value === '') return undefined
  if (Array.isArray(value)) {
    const items = value.map(compactValue).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  if (typeof value !== 'object') return value
  const members = compact(value as Readonly<Record<string, unknown>>)
  return Object.keys(members).length > 0 ? members : undefined
}
