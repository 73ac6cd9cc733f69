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
import { mapped, text, wording } from '#core/data-model/mapping/rules.ts'
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

const item = z.strictObject({
  ...itemFields,
  FileType: shapes.text,
  FileName: shapes.text,
  FileContents: shapes.text,
  DocumentType: shapes.text,
  DocumentID: shapes.text,
  DocumentDescription: shapes.text,
  CreationDateTime: shapes.text,
  ServiceDateTime: shapes.text,
})

/** By the usual ending of such files; a media type that is not listed stays as it is. */
const fileType = mapped({
  'application/pdf': 'PDF',
  'image/jpeg': 'JPG',
  'image/png': 'PNG',
  'image/tiff': 'TIFF',
  'application/rtf': 'RTF',
  'text/rtf': 'RTF',
  'text/html': 'HTML',
})

const DOCUMENT: Table = {
  source: 'r4/documentreference',
  rows: [
    ...ofVisit('subject', 'context.encounter').rows,
    { to: 'FileType', from: 'content.attachment.contentType', as: fileType },
    { to: 'FileName', from: 'content.attachment.title', as: text },
    { to: 'DocumentType', from: 'type', as: wording },
    { to: 'DocumentID', from: ['masterIdentifier.value', 'id'], as: text },
    { to: 'DocumentDescription', from: 'description', as: text },
    { to: 'CreationDateTime', from: ['content.attachment.creation', 'date'], as: dateTime },
    { to: 'ServiceDateTime', from: 'context.period.start', as: dateTime },
  ],
}

const PICTURE: Table = {
  source: 'r4/media',
  rows: [
    ...ofVisit('subject', 'encounter').rows,
    { to: 'FileType', from: 'content.contentType', as: fileType },
    { to: 'FileName', from: 'content.title', as: text },
    { to: 'DocumentType', from: ['type', 'modality'], as: wording },
    { to: 'DocumentID', from: ['identifier.value', 'id'], as: text },
    { to: 'DocumentDescription', from: 'note.text', as: text },
    { to: 'CreationDateTime', from: ['content.creation', 'issued'], as: dateTime },
    { to: 'ServiceDateTime', from: ['createdDateTime', 'createdPeriod.start'], as: dateTime },
  ],
}

const KINDS: readonly Documents[] = [
  {
    search: {
      section: 'Media',
      type: 'DocumentReference',
      keep: (resource) => !isNote(resource) && isCurrent(resource),
    },
    table: DOCUMENT,
    attachmentOf: firstContent,
  },
  {
    search: {
      section: 'Media',
      type: 'Media',
      keep: (resource) => isCurrent(resource) && resource['status'] !== 'not-done',
    },
    table: PICTURE,
    attachmentOf: ({ content }) => content,
  },
]

const NOTE =
  '`FileContents` is the attachment in base64, or the Binary that it refers to. A file of more than a megabyte is told by its address, under `Meta.SessionBaseURL`.'

/** `Media` / `Query`: documents and pictures of a patient which are no clinician's note. */
export const mediaQuery = defineModel<DocumentQuery>({
  dataModel: 'Media',
  eventType: 'Query',
  message: documentQuery,
  answerSchema: z.strictObject({ Meta: shapes.answerMeta, Media: shapes.list(item) }),
  parts: [
    {
      to: 'Media[]',
      type: 'DocumentReference',
      table: DOCUMENT,
      note: `Of any category but clinical-note, or of none. ${NOTE}`,
    },
    { to: 'Media[]', type: 'Media', table: PICTURE, note: NOTE },
  ],
  cannot: {},
  answer: (message, context) => queryDocuments('Media', KINDS, toFields, message, context),
})

function toFields(file: File): Json {
  return { FileContents: 'address' in file ? file.address : file.data }
}
