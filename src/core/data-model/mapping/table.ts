import { type Resolve, valuesAt } from './fhir-path.ts'
import { isObject, type Json, listOf } from './json.ts'
import type { SourceName } from './sources.ts'

/** How a value of FHIR becomes one of the data model. */
export interface Rule {
  /** For the documents: `code`, `date`. */
  readonly name: string
  /** The fields below the row's own that it may fill: `.Code`, `.AltCodes[].Code`. */
  readonly fields?: readonly string[]
  /** Of a rule that is a table of its own. */
  readonly table?: Table
  /** Where there are several values and one field: which one, or what they are together. */
  readonly choose?: (values: readonly unknown[]) => unknown
  /** `undefined` for a value that it makes nothing of. Throws for none. */
  convert(value: unknown, resolve: Resolve): unknown
}

/** One line of a mapping. */
interface Row {
  /**
   * The field below the table's own. `Reaction[]` takes every value, `Status` the first that the rule
   * makes something of, and `''` what the rule makes goes into the item itself.
   */
  readonly to: string
  /** Paths in FHIR, of which the first with a value counts; for a list all of them do. */
  readonly from: string | readonly string[]
  readonly as: Rule
  /** Where it is said that this is that; the table's own source when absent. */
  readonly source?: SourceName
}

/** What of a FHIR resource, or of an element, goes into which fields. */
export interface Table {
  readonly rows: readonly Row[]
  readonly source: SourceName
  /** Fields of the published schema that FHIR cannot fill, and why. */
  readonly cannot?: Readonly<Record<string, string>>
}

/**
 * What the table makes of a resource; `undefined` if that is nothing. No member is empty.
 */
export function applyTable({ rows }: Table, from: Json, resolve: Resolve): Json | undefined {
  const made: Record<string, unknown> = {}
  for (const row of rows) {
    const value = row.to.endsWith('[]') ? all(row, from, resolve) : first(row, from, resolve)
    if (value !== undefined) put(made, row.to, value)
  }
  return Object.keys(made).length > 0 ? made : undefined
}

/** A rule that makes of an element what a table of its own says. */
export function as(table: Table): Rule {
  return {
    name: 'as below',
    table,
    fields: fieldsOf(table).map((field) => (field === '' ? '' : `.${field}`)),
    convert: (value, resolve) => (isObject(value) ? applyTable(table, value, resolve) : undefined),
  }
}

/** Every field that a table may fill, with the objects and lists on the way to it. */
export function fieldsOf({ rows }: Table): readonly string[] {
  const fields = rows.flatMap(({ to, as: rule }) => [
    ...to
      .replace(/\[\]$/, '')
      .split('.')
      .map((_, index, parts) => parts.slice(0, index + 1).join('.')),
    ...(to.endsWith('[]') ? [to] : []),
    ...(rule.fields ?? []).map((field) => (to === '' ? field.slice(1) : `${to}${field}`)),
  ])
  return [...new Set(fields)].filter((field) => field !== '')
}

/** What a table cannot fill, by the whole path of each field. */
export function below(
  to: string,
  cannot: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(cannot).map(([field, why]) => [`${to}.${field}`, why]))
}

function pathsOf({ from }: Row): readonly string[] {
  return typeof from === 'string' ? [from] : from
}

function first(row: Row, from: Json, resolve: Resolve): unknown {
  for (const path of pathsOf(row)) {
    const values = valuesAt(from, path, resolve)
    for (const value of row.as.choose ? [row.as.choose(values)] : values) {
      const made = row.as.convert(value, resolve)
      if (made !== undefined) return made
    }
  }
  return undefined
}

function all(row: Row, from: Json, resolve: Resolve): unknown {
  const made = pathsOf(row)
    .flatMap((path) => valuesAt(from, path, resolve))
    .map((value) => row.as.convert(value, resolve))
    .filter((value) => value !== undefined)
  return made.length > 0 ? made : undefined
}

/** Puts a value at a field: `Demographics.Address`, `Reaction[]`, or the item itself. */
function put(into: Record<string, unknown>, to: string, value: unknown): void {
  if (to === '') {
    if (isObject(value)) Object.assign(into, value)
    return
  }
  const names = to.replace(/\[\]$/, '').split('.')
  const last = names.pop() ?? ''
  let at = into
  for (const name of names) {
    // A copy: what a rule has made may be a constant of its own.
    const next: Record<string, unknown> = { ...(isObject(at[name]) && at[name]) }
    at[name] = next
    at = next
  }
  const before = at[last]
  // Two rows may fill one list, or one object each with a part of it.
  if (Array.isArray(before)) at[last] = [...before, ...listOf(value)]
  else if (isObject(before) && isObject(value)) at[last] = { ...before, ...value }
  else at[last] = value
}
