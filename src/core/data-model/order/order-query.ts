import * as z from 'zod/mini'
import { isAsSaid, isListed, isWithin } from '#core/data-model/choose-items.ts'
import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { isObject } from '#core/data-model/mapping/json.ts'
import { COLLECTION, PRIORITY, SPECIMEN } from '#core/data-model/mapping/orders.ts'
import { address, npiProvider, ofType } from '#core/data-model/mapping/people.ts'
import { codeset, lines, text } from '#core/data-model/mapping/rules.ts'
import { applyTable, as, below, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { ofVisit, PROVIDER_CANNOT } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import { readRecord } from '#core/data-model/record.ts'
import { checkTimes } from '#core/data-model/schema/check-times.ts'
import {
  itemFields,
  onePatient,
  patients,
  saidProcedures,
  texts,
} from '#core/data-model/schema/query-shapes.ts'
import * as shapes from '#core/data-model/schema/shapes.ts'

const message = z.object({
  Meta: shapes.messageMeta,
  Patients: patients,
  VisitNumbers: texts,
  StartDateTime: shapes.said,
  EndDateTime: shapes.said,
  OrderIDs: texts,
  Procedures: saidProcedures,
})

const order = z.strictObject({
  ...itemFields,
  ID: shapes.text,
  ApplicationOrderID: shapes.text,
  Status: shapes.text,
  TransactionDateTime: shapes.text,
  CollectionDateTime: shapes.text,
  Specimen: shapes.part({ Source: shapes.text, BodySite: shapes.text, ID: shapes.text }),
  Procedure: shapes.codesetDescription,
  Provider: shapes.part({ NPI: shapes.text, ...shapes.providerFields }),
  OrderingFacility: shapes.part({
    Name: shapes.text,
    Address: shapes.address,
    PhoneNumber: shapes.text,
  }),
  Priority: shapes.text,
  Comments: shapes.text,
  Notes: shapes.list(z.string()),
  Diagnoses: shapes.list(
    z.strictObject({ Code: shapes.text, Codeset: shapes.text, Name: shapes.text }),
  ),
})

const FACILITY: Table = {
  source: 'r4/organization',
  rows: [
    { to: 'Name', from: 'name', as: text },
    { to: 'Address', from: 'address', as: address },
    { to: 'PhoneNumber', from: "telecom.where(system='phone').value", as: text },
  ],
}

const ORDER: Table = {
  source: 'r4/servicerequest',
  rows: [
    ...ofVisit('subject', 'encounter').rows,
    { to: 'ID', from: ['identifier.value', 'id'], as: text },
    { to: 'ApplicationOrderID', from: 'id', as: text, source: 'r4/resource' },
    { to: 'Status', from: 'status', as: text },
    { to: 'TransactionDateTime', from: 'authoredOn', as: dateTime },
    ...COLLECTION.rows,
    ...SPECIMEN.rows,
    { to: 'Procedure', from: 'code', as: codeset('Description') },
    { to: 'Provider', from: 'requester.resolve()', as: npiProvider },
    {
      to: 'OrderingFacility',
      from: 'requester.resolve()',
      as: ofType('Organization', as(FACILITY)),
    },
    { to: 'Priority', from: 'priority', as: PRIORITY, source: 'scala-redox' },
    { to: 'Comments', from: 'patientInstruction', as: lines },
    { to: 'Notes[]', from: 'note.text', as: text },
    { to: 'Diagnoses[]', from: 'reasonCode', as: codeset('Name') },
  ],
}

/** Wished for, and nothing that was ordered. */
const NOT_ORDERED: readonly unknown[] = ['proposal', 'plan', 'option']

const orders: Search = {
  section: 'Orders',
  type: 'ServiceRequest',
  keep: (resource) => !isVoid(resource) && !NOT_ORDERED.includes(resource['intent']),
}
const specimens: Search = { section: 'Orders', type: 'Specimen' }
const visits: Search = { section: 'Orders', type: 'Encounter' }

/** `Order` / `Query`: what was ordered for a patient. */
export const orderQuery = defineModel<z.infer<typeof message>>({
  dataModel: 'Order',
  eventType: 'Query',
  message,
  answerSchema: z.strictObject({ Meta: shapes.answerMeta, Orders: shapes.list(order) }),
  parts: [
    {
      to: 'Orders[]',
      type: 'ServiceRequest',
      table: ORDER,
      note: 'Those that were ordered: no proposals and plans.',
    },
  ],
  cannot: below('Orders[]', {
    'Provider.Location': PROVIDER_CANNOT.Location,
    ResultCopyProviders: 'FHIR’s orders do not say who gets a copy.',
    'Diagnoses[].Type': 'A reason in FHIR is a code alone.',
    'Diagnoses[].DocumentedDateTime': 'A reason in FHIR is a code alone.',
    ClinicalInfo: 'What supports an order in FHIR are resources of any type.',
  }),

  async answer(message, context) {
    const { Patients, VisitNumbers, StartDateTime, EndDateTime, OrderIDs, Procedures } = message
    checkTimes({ StartDateTime, EndDateTime })
    const { found, resolve, warnings } = await readRecord(
      onePatient(Patients),
      [{ search: orders, references: ['requester'] }, { search: specimens }, { search: visits }],
      context,
    )
    const told = found
      .of(orders)
      .map((one) => applyTable(ORDER, one, resolve(one)) ?? {})
      .filter(
        ({ Visit, ...one }) =>
          isListed(isObject(Visit) ? Visit['VisitNumber'] : undefined, VisitNumbers) &&
          isWithin(one['TransactionDateTime'], StartDateTime, EndDateTime) &&
          (isListed(one['ID'], OrderIDs) || isListed(one['ApplicationOrderID'], OrderIDs)) &&
          isAsSaid(one['Procedure'], Procedures),
      )
    return {
      body: told.length > 0 ? { Orders: told } : {},
      warnings,
      isIncomplete: found.isIncomplete,
    }
  },
})
