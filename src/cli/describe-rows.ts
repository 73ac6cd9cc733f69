import { pathOf } from '#core/registry/problem.ts'
import type { RegistryRow, RowChange, RowFields } from '#core/registry/registry-contents.ts'

/** A stored row for people: its kind and id, then a line a field. */
export function describeRow({ id, fields }: RegistryRow): readonly string[] {
  return [title(id), ...[...flatten(fields)].map(([path, value]) => `    ${path}: ${cut(value)}`)]
}

/** A change for people: `+` new, `-` deleted, `~` with each field that differs. */
export function describeChange({ id, before, after }: RowChange): readonly string[] {
  if (!after) return [`- ${title(id)}`]
  if (!before) return [`+ ${title(id)}`]

  const was = flatten(before)
  const becomes = flatten(after)
  const paths = [...new Set([...was.keys(), ...becomes.keys()])].sort()
  return [
    `~ ${title(id)}`,
    ...paths
      .filter((path) => was.get(path) !== becomes.get(path))
      .map((path) => `    ${path}: ${cut(was.get(path))} → ${cut(becomes.get(path))}`),
  ]
}

/** Longer values, such as a logo, are told by how they begin. */
const LONGEST_VALUE = 400

function cut(value = 'none'): string {
  if (value.length <= LONGEST_VALUE) return value
  return `${value.slice(0, LONGEST_VALUE / 2)}… (${value.length} characters)`
}

/** `connection#general-production` as the registry file's reader says it. */
function title(id: string): string {
  return id.replace('#', ' ')
}

/** Every leaf by its path, in JSON; a list of plain values is one leaf. */
function flatten(fields: RowFields): ReadonlyMap<string, string> {
  return new Map(leaves(fields, []))
}

function leaves(value: unknown, path: readonly PropertyKey[]): [string, string][] {
  if (Array.isArray(value) && value.some(isObject)) {
    return value.flatMap((inner, index) => leaves(inner, [...path, index]))
  }
  if (isObject(value) && !Array.isArray(value)) {
    return Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([key, inner]) => leaves(inner, [...path, key]))
  }
  return [[pathOf(...path), JSON.stringify(value)]]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
