import { isListed } from '#core/data-model/choose-items.ts'
import type { Search } from '#core/data-model/gather/gather.ts'
import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { isObject } from '#core/data-model/mapping/json.ts'
import { applyTable, type Table } from '#core/data-model/mapping/table.ts'
import type { ModelAnswer, ModelContext } from '#core/data-model/model.ts'
import { readRecord } from '#core/data-model/record.ts'
import { type DocumentQuery, onePatient } from '#core/data-model/schema/query-shapes.ts'
import { type File, readFiles } from './files.ts'

/** US Core's category of what a clinician writes. */
const CLINICAL_NOTE = 'clinical-note'

export function isNote({ category }: Json): boolean {
  return codesIn(category).includes(CLINICAL_NOTE)
}

/** Neither entered in error nor replaced by another. */
export function isCurrent(document: Json): boolean {
  return !isVoid(document) && document['status'] !== 'superseded'
}

/** Documents of a kind: how they are found, what is told of each, and where it has its file. */
export interface Documents {
  readonly search: Search
  readonly table: Table
  readonly attachmentOf: (document: Json) => unknown
}

/** The attachment of a DocumentReference: of its first content, as further ones are other formats. */
export function firstContent({ content }: Json): unknown {
  const [first] = Array.isArray(content) ? content : []
  return isObject(first) ? first['attachment'] : undefined
}

const visits = (section: string): Search => ({ section, type: 'Encounter' })

/**
 * The documents that a message asks for, with their files; none but theirs are read.
 *
 * @param member the answer's member that lists them
 * @param toFields what a file is told as
 */
export async function queryDocuments(
  member: string,
  kinds: readonly Documents[],
  toFields: (file: File) => Json,
  { Patients, VisitNumbers, DocumentTypes, DocumentIDs }: DocumentQuery,
  context: ModelContext,
): Promise<ModelAnswer> {
  const { found, resolve, warnings } = await readRecord(
    onePatient(Patients),
    [...kinds.map(({ search }) => ({ search })), { search: visits(member) }],
    context,
  )
  const read = await Promise.all(
    kinds.map(async ({ search, table, attachmentOf }) => {
      const chosen = found
        .of(search)
        .map((document) => ({
          document,
          fields: applyTable(table, document, resolve(document)) ?? {},
        }))
        .filter(
          ({ document, fields }) =>
            isListed(visitOf(fields), VisitNumbers) &&
            (isListed(fields['DocumentType'], DocumentTypes) ||
              codesIn(document['type']).some((code) => isListed(code, DocumentTypes))) &&
            (isListed(fields['DocumentID'], DocumentIDs) || isListed(document['id'], DocumentIDs)),
        )
      const documents = chosen.map(({ document }) => document)
      const { files, warnings: unread } = await readFiles(member, documents, attachmentOf, context)
      const items = chosen.map(({ document, fields }): Json => {
        const file = files.get(document)
        return { ...fields, ...(file && toFields(file)) }
      })
      return { items, unread }
    }),
  )
  const items = read.flatMap((one) => one.items)
  return {
    body: items.length > 0 ? { [member]: items } : {},
    warnings: [...warnings, ...read.flatMap(({ unread }) => unread)],
    isIncomplete: found.isIncomplete,
  }
}

function visitOf({ Visit }: Json): unknown {
  return isObject(Visit) ? Visit['VisitNumber'] : undefined
}
