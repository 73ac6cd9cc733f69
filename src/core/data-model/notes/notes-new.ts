import * as z from 'zod/mini'
import { defineModel, type WrittenPart } from '#core/data-model/model.ts'
import { checkInstants, checkTimes } from '#core/data-model/schema/check-times.ts'
import {
  answerMeta,
  messageMeta,
  patientByIdentifiers,
  said,
  saidProvider,
} from '#core/data-model/schema/shapes.ts'
import { notWritten, providerReference, subjectOf } from '#core/data-model/writes/resources.ts'
import { writeOnce } from '#core/data-model/writes/write-once.ts'
import { BrokerError } from '#core/errors.ts'
import { attachmentOf, BASE64, CONTENT_TYPES } from './content-types.ts'

const notRead = z.nullish(z.array(z.object({})))
const filled = z.string().check(z.minLength(1))

const message = z.object({
  Meta: messageMeta,
  Patient: patientByIdentifiers,
  Visit: z.nullish(z.object({ VisitNumber: said })),
  Note: z.object({
    ContentType: z.enum(CONTENT_TYPES),
    FileName: said,
    FileContents: filled,
    Components: notRead,
    DocumentType: filled,
    DocumentID: filled,
    ServiceDateTime: said,
    DocumentationDateTime: said,
    Provider: z.extend(saidProvider, { ID: filled }),
    Status: said,
    Authenticator: z.nullish(z.object({})),
    Availability: said,
    Notifications: notRead,
  }),
  Orders: notRead,
})

const WRITTEN: WrittenPart = {
  type: 'DocumentReference',
  source: 'r4/documentreference',
  rows: [
    ['Patient', 'subject'],
    ['Visit.VisitNumber', 'context.encounter, of the visit of that number'],
    ['Note.ContentType, Note.FileName', 'content.attachment.contentType'],
    ['Note.FileName', 'content.attachment.title'],
    ['Note.FileContents', 'content.attachment.data'],
    ['Note.DocumentType', 'type.text'],
    ['Note.DocumentID', 'masterIdentifier.value'],
    ['Note.ServiceDateTime', 'context.period.start'],
    ['Note.DocumentationDateTime', 'date; else the time of the message'],
    ['Note.Provider', 'author, by identifier and name'],
  ],
}

/** `Notes` / `New`: writes a note as a document of the category clinical-note. */
export const notesNew = defineModel<z.infer<typeof message>>({
  dataModel: 'Notes',
  eventType: 'New',
  message,
  answerSchema: z.strictObject({ Meta: answerMeta }),
  parts: [],
  written: [WRITTEN],
  cannot: {},

  async answer(said, context) {
    const { Patient, Visit, Note, Orders } = said
    const { ContentType, FileContents, FileName, ServiceDateTime, DocumentationDateTime } = Note
    checkTimes({ 'Note.ServiceDateTime': ServiceDateTime })
    checkInstants({ 'Note.DocumentationDateTime': DocumentationDateTime })
    if (ContentType === 'Base64 Encoded' && !BASE64.test(FileContents)) {
      throw new BrokerError('data_model_message_invalid', {
        hint: 'Note.FileContents must be base64, as Note.ContentType says.',
      })
    }
    const { patient, encounter } = await subjectOf(Patient.Identifiers, Visit?.VisitNumber, context)
    const resource = {
      resourceType: 'DocumentReference',
      status: 'current',
      masterIdentifier: { value: Note.DocumentID },
      type: { text: Note.DocumentType },
      category: [
        {
          coding: [
            {
              system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
              code: 'clinical-note',
              display: 'Clinical Note',
            },
          ],
        },
      ],
      subject: patient,
      date: DocumentationDateTime || new Date(context.now() * 1000).toISOString(),
      author: [providerReference(Note.Provider)],
      content: [
        {
          attachment: {
            ...attachmentOf(ContentType, FileContents, FileName ?? ''),
            ...(FileName && { title: FileName }),
          },
        },
      ],
      ...((encounter || ServiceDateTime) && {
        context: {
          ...(encounter && { encounter: [encounter] }),
          ...(ServiceDateTime && { period: { start: ServiceDateTime } }),
        },
      }),
    }
    await writeOnce(said, [{ part: 'Note', resource }], context)
    return {
      body: {},
      warnings: notWritten({
        'Note.Components': Note.Components,
        'Note.Status': Note.Status,
        'Note.Authenticator': Note.Authenticator,
        'Note.Availability': Note.Availability,
        'Note.Notifications': Note.Notifications,
        Orders,
      }),
      isIncomplete: false,
    }
  },
})
