import * as z from 'zod/mini'
import { findPatient } from '#core/data-model/find-patient.ts'
import { gather, type Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { isNumbered } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import {
  answerMeta,
  messageMeta,
  patientByIdentifiers,
  said,
} from '#core/data-model/schema/shapes.ts'
import { BrokerError } from '#core/errors.ts'

const filled = z.string().check(z.minLength(1))

const message = z.object({
  Meta: messageMeta,
  Patient: z.nullish(patientByIdentifiers),
  Visit: z.object({ VisitNumber: filled, VisitDateTime: filled, CancelReason: said }),
})

const appointments: Search = {
  section: 'Visit',
  type: 'Appointment',
  keep: (resource) => !isVoid(resource),
}

/**
 * `Scheduling` / `Cancel`: calls an appointment off. What is called off stays so, and a message that
 * comes again changes nothing.
 */
export const schedulingCancel = defineModel<z.infer<typeof message>>({
  dataModel: 'Scheduling',
  eventType: 'Cancel',
  message,
  answerSchema: z.strictObject({ Meta: answerMeta }),
  parts: [],
  written: [
    {
      type: 'Appointment',
      source: 'r4/appointment',
      rows: [
        ['Visit.VisitNumber', 'identifier.value, or the id: which appointment it is'],
        ['Visit.CancelReason', 'cancelationReason.text'],
      ],
    },
  ],
  cannot: {},

  async answer({ Patient, Visit }, context) {
    const { api } = context
    const { VisitNumber, CancelReason } = Visit
    const patient = await findPatient(Patient?.Identifiers ?? [], context)
    const found = await gather([appointments], patient.id, api)
    const [one, ...others] = found.of(appointments).filter((each) => isNumbered(each, VisitNumber))
    if (others.length > 0) {
      throw new BrokerError('data_model_message_invalid', {
        hint: 'Visit.VisitNumber is of several appointments: name this one by its FHIR id.',
      })
    }
    if (!one) {
      throw new BrokerError('visit_not_found', {
        hint: found.warnings.map(({ text }) => text).join(' '),
      })
    }
    if (one['status'] !== 'cancelled') {
      await api.update({
        ...one,
        status: 'cancelled',
        ...(CancelReason && { cancelationReason: { text: CancelReason } }),
      })
    }
    return { body: {}, warnings: [], isIncomplete: false }
  },
})
