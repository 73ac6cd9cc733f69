import * as z from 'zod/mini'
import { isListed, isWithin } from '#core/data-model/choose-items.ts'
import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { isObject } from '#core/data-model/mapping/json.ts'
import { PERSON } from '#core/data-model/mapping/patient.ts'
import { mapped, text, wording } from '#core/data-model/mapping/rules.ts'
import { applyTable, as, below, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { isNumbered, PLACE_CANNOT } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import { readRecord } from '#core/data-model/record.ts'
import { checkTimes } from '#core/data-model/schema/check-times.ts'
import { demographics } from '#core/data-model/schema/patient-shapes.ts'
import { onePatient, patients, texts } from '#core/data-model/schema/query-shapes.ts'
import * as shapes from '#core/data-model/schema/shapes.ts'

const message = z.object({
  Meta: shapes.messageMeta,
  PatientClasses: texts,
  Departments: texts,
  Facilities: texts,
  VisitStatuses: texts,
  Patients: patients,
  VisitNumbers: texts,
  VisitStartDateTime: shapes.said,
})

const patient = z.strictObject({
  Identifiers: shapes.identifiers,
  Demographics: demographics,
  Visits: shapes.list(
    z.strictObject({
      VisitNumber: shapes.text,
      VisitDateTime: shapes.text,
      PatientClass: shapes.text,
      Location: shapes.place,
      Reason: shapes.text,
      Status: shapes.text,
    }),
  ),
})

/** HL7's ActCodes of encounters in the data model's words; any other stays as it is. */
const patientClass = mapped({
  AMB: 'Outpatient',
  HH: 'Outpatient',
  VR: 'Outpatient',
  EMER: 'Emergency',
  IMP: 'Inpatient',
  ACUTE: 'Inpatient',
  NONAC: 'Inpatient',
})

const PATIENT: Table = {
  source: 'r4/patient',
  rows: [...IDENTIFIERS.rows, { to: 'Demographics', from: '$this', as: as(PERSON) }],
}

const VISIT: Table = {
  source: 'r4/encounter',
  rows: [
    { to: 'VisitNumber', from: ['identifier.value', 'id'], as: text },
    { to: 'VisitDateTime', from: 'period.start', as: dateTime },
    { to: 'PatientClass', from: 'class.code', as: patientClass, source: 'scala-redox' },
    { to: 'Location.Facility', from: 'serviceProvider.display', as: text },
    {
      to: 'Location.Department',
      from: ['location.location.display', 'location.location.resolve().name'],
      as: text,
    },
    { to: 'Reason', from: 'reasonCode', as: wording },
    { to: 'Status', from: 'status', as: text },
  ],
}

const encounters: Search = {
  section: 'Patients',
  type: 'Encounter',
  keep: (resource) => !isVoid(resource),
}

/** `PatientAdmin` / `VisitQuery`: the visits of a patient. */
export const patientAdminVisitQuery = defineModel<z.infer<typeof message>>({
  dataModel: 'PatientAdmin',
  eventType: 'VisitQuery',
  message,
  answerSchema: z.strictObject({ Meta: shapes.answerMeta, Patients: shapes.list(patient) }),
  parts: [
    { to: 'Patients[]', type: 'Patient', table: PATIENT, note: 'With any such visit.' },
    { to: 'Patients[].Visits[]', type: 'Encounter', table: VISIT },
  ],
  cannot: below('Patients[].Visits[].Location', {
    ...PLACE_CANNOT,
    Bed: 'Beds are locations of their own in FHIR.',
  }),

  async answer(message, context) {
    const { VisitStartDateTime, VisitNumbers } = message
    checkTimes({ VisitStartDateTime })
    const record = await readRecord(
      onePatient(message.Patients),
      [{ search: encounters, references: ['location.location'] }],
      context,
    )
    const { patient, found, resolve, warnings } = record
    const visits = found
      .of(encounters)
      .filter(
        (one) => !VisitNumbers?.length || VisitNumbers.some((number) => isNumbered(one, number)),
      )
      .map((one) => applyTable(VISIT, one, resolve(one)) ?? {})
      .filter(({ Location, ...one }) => {
        const { Facility, Department } = isObject(Location) ? Location : {}
        return (
          isWithin(one['VisitDateTime'], VisitStartDateTime, undefined) &&
          isListed(one['PatientClass'], message.PatientClasses) &&
          isListed(one['Status'], message.VisitStatuses) &&
          isListed(Department, message.Departments) &&
          isListed(Facility, message.Facilities)
        )
      })
    const told = { ...applyTable(PATIENT, patient, resolve(patient)), Visits: visits }
    return {
      body: visits.length > 0 ? { Patients: [told] } : {},
      warnings,
      isIncomplete: found.isIncomplete,
    }
  },
})
