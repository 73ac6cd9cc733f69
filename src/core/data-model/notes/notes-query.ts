import * as z from 'zod/mini'
import type { File } from '#core/data-model/documents/files.ts'
import {
  type Documents,
  firstContent,
  isCurrent,
  isNote,
  queryDocuments,
} from '#core/data-model/documents/query-documents.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { text, wording } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { ofVisit } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import {
  type DocumentQuery,
  documentQuery,
  itemFields,
} from '#core/data-model/schema/query-shapes.ts'
import * as shapes from '#core/data-model/schema/shapes.ts'
import { contentTypeOf } from './content-types.ts'

const note = z.strictObject({
  ...itemFields,
  ContentType: shapes.text,
  FileName: shapes.text,
  FileContents: shapes.text,
  DocumentType: shapes.text,
  DocumentID: shapes.text,
  ServiceDateTime: shapes.text,
  DocumentationDateTime: shapes.text,
})

const NOTE: Table = {
  source: 'r4/documentreference',
  rows: [
    ...ofVisit('subject', 'context.encounter').rows,
    { to: 'FileName', from: 'content.attachment.title', as: text },
    { to: 'DocumentType', from: 'type', as: wording },
    { to: 'DocumentID', from: ['masterIdentifier.value', 'id'], as: text },
    { to: 'ServiceDateTime', from: 'context.period.start', as: dateTime },
    {
      to: 'DocumentationDateTime',
      from: ['date', 'content.attachment.creation'],
      as: dateTime,
    },
  ],
}

const NOTES: Documents = {
  search: {
    section: 'Notes',
    type: 'DocumentReference',
    parameters: { category: 'clinical-note' },
    keep: (resource) => isNote(resource) && isCurrent(resource),
  },
  table: NOTE,
  attachmentOf: firstContent,
}

/** `Notes` / `Query`: what clinicians have written about a patient. */
export const notesQuery = defineModel<DocumentQuery>({
  dataModel: 'Notes',
  eventType: 'Query',
  message: documentQuery,
  answerSchema: z.strictObject({ Meta: shapes.answerMeta, Notes: shapes.list(note) }),
  parts: [
    {
      to: 'Notes[]',
      type: 'DocumentReference',
      table: NOTE,
      note: 'Of the category clinical-note. `FileContents` and `ContentType` are the attachment, or the Binary that it refers to: `Plain Text` and `Rich Text` as text, all else as `Base64 Encoded`. A file of more than a megabyte is told by its address, under `Meta.SessionBaseURL`, without a `ContentType`.',
    },
  ],
  cannot: {},
  answer: (message, context) => queryDocuments('Notes', [NOTES], toFields, message, context),
})

function toFields(file: File): Json {
  return 'address' in file ? { FileContents: file.address } : contentTypeOf(file)
}
