import type { RegistryRow, RowChange } from './registry-contents.ts'

/** What makes the rows of `before` those of `after`: what is written, in its order; then what goes. */
export function compareRows(
  before: readonly RegistryRow[],
  after: readonly RegistryRow[],
  same: (one: unknown, other: unknown) => boolean,
): readonly RowChange[] {
  const present = new Map(before.map(({ id, fields }) => [id, fields]))
  const wanted = new Set(after.map(({ id }) => id))
  return [
    ...after.flatMap(({ id, fields }): RowChange[] => {
      const stood = present.get(id)
      if (same(fields, stood)) return []
      return [{ id, ...(stood && { before: stood }), after: fields }]
    }),
    ...before
      .filter(({ id }) => !wanted.has(id))
      .map(({ id, fields }): RowChange => ({ id, before: fields })),
  ]
}
