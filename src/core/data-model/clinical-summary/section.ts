import type { Gathered, Search } from '#core/data-model/gather/gather.ts'
import type { Warning } from '#core/data-model/gather/warning.ts'
import type { Resolve } from '#core/data-model/mapping/fhir-path.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { applyTable, below, type Table } from '#core/data-model/mapping/table.ts'
import type { FilledPart } from '#core/data-model/model.ts'

/** Finds what a resource refers to, for the mapping of that resource. */
export type ResolveIn = (within: Json) => Resolve

/** A part of a clinical summary: what is searched for it, and what it makes of that. */
export interface Section {
  readonly searches: readonly Search[]
  /** Elements of what was found whose references are read, by path. */
  readonly references?: readonly string[]
  readonly parts: readonly FilledPart[]
  /** Fields of the published schema that no FHIR resource fills, and why. */
  readonly cannot?: Readonly<Record<string, string>>
  /** What was found and is not told, though somebody may look for it. */
  leaves?(found: Gathered): readonly Warning[]
  /** The answer's members that are this section's; none where nothing was found. */
  build(found: Gathered, resolveIn: ResolveIn): Json
}

interface ListSection {
  /** Its section is the answer's member: `Allergies`. */
  readonly search: Search
  /** Which of what is searched is kept, for the documents. */
  readonly note?: string
  readonly references?: readonly string[]
  readonly table: Table
}

/** A section that is a list, with an item for each resource. */
export function listSection({ search, note, references, table }: ListSection): Section {
  const name = search.section
  return {
    searches: [search],
    ...(references && { references }),
    parts: [{ to: `${name}[]`, type: search.type, table, ...(note && { note }) }],
    ...(table.cannot && { cannot: below(`${name}[]`, table.cannot) }),
    build: (found, resolveIn) => asMember(name, itemsOf(table, found.of(search), resolveIn)),
  }
}

/** What a table makes of each resource; those that it makes nothing of are left out. */
export function itemsOf(
  table: Table,
  resources: readonly Json[],
  resolveIn: ResolveIn,
): readonly Json[] {
  return resources
    .map((one) => applyTable(table, one, resolveIn(one)))
    .filter((item) => item !== undefined)
}

/** A member of an answer that is left out where it would be empty. */
export function asMember(name: string, items: readonly Json[]): Json {
  return items.length > 0 ? { [name]: items } : {}
}
