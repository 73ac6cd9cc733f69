import type { Encounter, Location, Organization, Patient, Resource } from '@medplum/fhirtypes'
import { toAppointments } from './appointments.ts'
import { type Calendar, calendarOf } from './calendar.ts'
import type { Chart } from './chart.ts'
import { CHARTS } from './charts.ts'
import { CLINICIANS, toPractitioner } from './clinicians.ts'
import { hl7Concept } from './codes.ts'
import { toDocumentReferences } from './documents.ts'
import { toImmunizations } from './immunizations.ts'
import { toDiagnosticReports, toServiceRequests } from './laboratory.ts'
import { toMedicationRequests } from './medications.ts'
import { toObservations } from './observations.ts'
import { toAllergies, toConditions } from './problems.ts'

export const HOSPITAL_NAME = 'Sandbox Hospital'

const HOSPITAL: Organization = {
  resourceType: 'Organization',
  id: 'sandbox-hospital',
  active: true,
  name: HOSPITAL_NAME,
}

const CLINIC: Location = {
  resourceType: 'Location',
  id: 'outpatient-clinic',
  status: 'active',
  name: 'Outpatient Clinic',
  managingOrganization: { reference: `Organization/${HOSPITAL.id}`, display: HOSPITAL_NAME },
}

/** Everything that the sandbox's FHIR server starts with; every `id` is fixed, dates follow `now`. */
export function sampleResources(now: Date): readonly Resource[] {
  const calendar = calendarOf(now)
  return [
    HOSPITAL,
    CLINIC,
    ...CLINICIANS.map(toPractitioner),
    ...CHARTS.flatMap((chart): readonly Resource[] => [
      toPatient(chart),
      ...toEncounters(chart, calendar),
      ...toAppointments(chart, CLINIC, calendar),
      ...toObservations(chart, calendar),
      ...toServiceRequests(chart, calendar),
      ...toDiagnosticReports(chart, calendar),
      ...toConditions(chart, calendar),
      ...toAllergies(chart),
      ...toMedicationRequests(chart, calendar),
      ...toImmunizations(chart, calendar),
      ...toDocumentReferences(chart, calendar),
    ]),
  ]
}

/** Id of the encounter that is open today: a launch's `encounter`. */
export function openEncounter(patient: string): string {
  return `${patient}-0`
}

function toPatient({ id, mrn, given, family, gender, birthDate, phone, city }: Chart): Patient {
  return {
    resourceType: 'Patient',
    id,
    active: true,
    identifier: [
      {
        use: 'usual',
        type: hl7Concept('v2-0203', 'MR'),
        system: 'urn:oid:2.16.840.1.113883.19.5',
        value: mrn,
      },
    ],
    name: [{ use: 'official', given: [...given], family }],
    telecom: [{ system: 'phone', use: 'home', value: phone }],
    gender,
    birthDate,
    address: [{ use: 'home', city, country: 'US' }],
    managingOrganization: { reference: `Organization/${HOSPITAL.id}` },
  }
}

function toEncounters({ id, reason, vitalSigns }: Chart, calendar: Calendar): Encounter[] {
  return vitalSigns.map(
    ({ daysAgo }): Encounter => ({
      resourceType: 'Encounter',
      id: `${id}-${daysAgo}`,
      identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.6', value: `V-${id}-${daysAgo}` }],
      status: daysAgo === 0 ? 'in-progress' : 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject: { reference: `Patient/${id}` },
      participant: [{ individual: { reference: `Practitioner/${CLINICIANS[0].id}` } }],
      period: {
        start: calendar.ago(daysAgo, 30),
        ...(daysAgo > 0 && { end: calendar.ago(daysAgo, -10) }),
      },
      reasonCode: [{ text: daysAgo === 0 ? reason : 'Follow-up' }],
      location: [{ location: { reference: `Location/${CLINIC.id}`, display: `${CLINIC.name}` } }],
    }),
  )
}
