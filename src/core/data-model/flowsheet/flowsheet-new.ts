import * as z from 'zod/mini'
import { defineModel } from '#core/data-model/model.ts'
import { checkTimes } from '#core/data-model/schema/check-times.ts'
import { answerMeta } from '#core/data-model/schema/shapes.ts'
import { subjectOf } from '#core/data-model/writes/resources.ts'
import { writeOnce } from '#core/data-model/writes/write-once.ts'
import { type FlowsheetMessage, flowsheetMessage } from './flowsheet-message.ts'
import { toObservation } from './to-observation.ts'

/** `Flowsheet` / `New`: writes what was measured, as vital signs. */
export const flowsheetNew = defineModel<FlowsheetMessage>({
  dataModel: 'Flowsheet',
  eventType: 'New',
  message: flowsheetMessage,
  answerSchema: z.strictObject({ Meta: answerMeta }),
  parts: [],
  written: [
    {
      type: 'Observation',
      source: 'r4/observation',
      rows: [
        ['Patient', 'subject'],
        ['Visit.VisitNumber', 'encounter, of the visit of that number'],
        ['Observations[]', 'one each, of the category vital-signs'],
        ['Observations[].DateTime', 'effectiveDateTime'],
        [
          'Observations[].Value',
          'valueQuantity, valueString, valueDateTime, valueTime or valueCodeableConcept.text, by ValueType',
        ],
        ['Observations[].Units', 'valueQuantity.unit'],
        ['Observations[].Code, Codeset, Description', 'code.coding'],
        ['Observations[].Status', 'status; final where it is not said'],
        ['Observations[].Notes[]', 'note.text'],
        ['Observations[].Observer', 'performer, by identifier and name'],
        ['Observations[].ReferenceRange', 'referenceRange'],
        ['Observations[].AbnormalFlag', 'interpretation'],
      ],
    },
  ],
  cannot: {},

  async answer(said, context) {
    const { Patient, Visit, Observations } = said
    const made = Observations.map((one, index) => {
      const part = `Observations[${index}]`
      checkTimes({ [`${part}.DateTime`]: one.DateTime })
      return { part, resource: toObservation(one, part) }
    })
    const { patient, encounter } = await subjectOf(Patient.Identifiers, Visit?.VisitNumber, context)
    const parts = made.map(({ part, resource }) => ({
      part,
      resource: { ...resource, subject: patient, ...(encounter && { encounter }) },
    }))
    await writeOnce(said, parts, context)
    return { body: {}, warnings: [], isIncomplete: false }
  },
})
