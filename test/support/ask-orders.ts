import { answerOf } from './answer-model.ts'
import type { Resource } from './fhir-records.ts'
import { ordersRecord } from './orders-record.ts'

/** A patient as messages name one. */
export const about = (patient: string) => ({ Identifiers: [{ ID: patient, IDType: 'FHIR' }] })

const orders = ordersRecord()

/** What a model answers of the record of orders, in a session with its patient. */
export const ask = (
  dataModel: string,
  eventType: string,
  members: Resource = {},
  more: readonly Resource[] = [],
) =>
  answerOf({
    dataModel,
    eventType,
    members,
    resources: [...orders.resources, ...more],
    session: { patient: orders.patient },
  })
