import type { Search } from '#core/data-model/gather/gather.ts'
import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import { fhirIdentifier, identifier } from '#core/data-model/mapping/people.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { dosage, PRODUCT, REQUESTED_PERIOD } from './dosage.ts'
import { isPlanned } from './encounters.ts'
import { isPlan } from './medications.ts'
import { encounterSearch, medicationRequests } from './searches.ts'
import { itemsOf, type ResolveIn, type Section } from './section.ts'

/** What is still to be done. */
const AHEAD: readonly unknown[] = ['active', 'on-hold', 'draft', 'unknown', undefined]
const isAhead = (resource: Json) => !isVoid(resource) && AHEAD.includes(resource['status'])

const orders: Search = { section: 'PlanOfCare', type: 'ServiceRequest', keep: isAhead }
const supplies: Search = { section: 'PlanOfCare', type: 'DeviceRequest', keep: isAhead }
const plans: Search = { section: 'PlanOfCare', type: 'CarePlan', keep: isAhead }
const appointments: Search = {
  section: 'PlanOfCare',
  type: 'Appointment',
  keep: ({ status }) => ['proposed', 'pending', 'booked', 'waitlist'].includes(wordOf(status)),
}

const ORDER: Table = {
  source: 'r4/servicerequest',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Status', from: 'status', as: text },
    {
      to: 'DateTime',
      from: ['occurrenceDateTime', 'occurrencePeriod.start', 'authoredOn'],
      as: dateTime,
    },
  ],
}

const SUPPLY: Table = {
  ...ORDER,
  source: 'r4/devicerequest',
  rows: [
    {
      to: '',
      from: ['codeCodeableConcept', 'codeReference.resolve().type'],
      as: codeWithAlternatives,
    },
    ...ORDER.rows.slice(1),
  ],
}

/** An activity of a care plan that says itself what it is. */
const ACTIVITY: Table = {
  source: 'r4/careplan',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Status', from: 'status', as: text },
    { to: 'DateTime', from: ['scheduledPeriod.start', 'scheduledString'], as: dateTime },
  ],
}

const VISIT: Table = {
  source: 'r4/appointment',
  rows: [
    {
      to: '',
      from: ['appointmentType', 'serviceType', 'type', 'class'],
      as: codeWithAlternatives,
    },
    { to: 'Identifiers[]', from: 'id', as: fhirIdentifier, source: 'r4/resource' },
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
    { to: 'Status', from: 'status', as: text },
    { to: 'DateTime', from: ['start', 'period.start'], as: dateTime },
  ],
}

const MEDICATION: Table = {
  source: 'r4/medicationrequest',
  rows: [
    { to: 'Status', from: 'status', as: text },
    ...dosage('dosageInstruction').rows,
    ...REQUESTED_PERIOD.rows,
    ...PRODUCT.rows,
  ],
}

/** C-CDA's kinds of what is planned, by FHIR's categories of requests (SNOMED CT). */
const PROCEDURES = ['387713003', '103693007']
const SERVICES = ['409063005', '409073007', '410606002']

function kindOf({ category }: Json): 'Orders' | 'Procedures' | 'Services' {
  const codes = codesIn(category)
  if (codes.some((one) => PROCEDURES.includes(one))) return 'Procedures'
  return codes.some((one) => SERVICES.includes(one)) ? 'Services' : 'Orders'
}

function activitiesOf({ activity }: Json): readonly Json[] {
  return listOf(activity)
    .map((one) => (isObject(one) ? one['detail'] : undefined))
    .filter(isObject)
    .filter(({ status }) => !['completed', 'cancelled', 'stopped'].includes(wordOf(status)))
    .filter((detail) => !isVoid(detail))
}

const part = (kind: string, type: string, table: Table, note: string) => ({
  to: `PlanOfCare.${kind}[]`,
  type,
  table,
  note,
})

export const planOfCare: Section = {
  searches: [orders, supplies, plans, appointments, encounterSearch, medicationRequests],
  references: ['codeReference'],
  parts: [
    part(
      'Orders',
      'ServiceRequest',
      ORDER,
      'What is still to be done, of any category but these two:',
    ),
    part(
      'Procedures',
      'ServiceRequest',
      ORDER,
      'Of the category surgical or diagnostic procedure.',
    ),
    part(
      'Services',
      'ServiceRequest',
      ORDER,
      'Of the category counseling, education or social service.',
    ),
    part(
      'Services',
      'CarePlan',
      ACTIVITY,
      'Activities that say themselves what they are, and are not over.',
    ),
    part('Supplies', 'DeviceRequest', SUPPLY, 'What is still to be had.'),
    part('Encounters', 'Appointment', VISIT, 'Proposed, pending, booked, or on a waiting list.'),
    part('Encounters', 'Encounter', VISIT, 'Planned.'),
    part(
      'MedicationAdministration',
      'MedicationRequest',
      MEDICATION,
      'Whose intent is a proposal or a plan.',
    ),
  ],
  build(found, resolveIn: ResolveIn) {
    const items = (table: Table, resources: readonly Json[]) => itemsOf(table, resources, resolveIn)
    const ordered = (kind: string) => found.of(orders).filter((one) => kindOf(one) === kind)
    const visits = [...found.of(appointments), ...found.of(encounterSearch).filter(isPlanned)]
    const planned = found.of(medicationRequests).filter((one) => isPlan(one) && isAhead(one))
    const members = {
      Orders: items(ORDER, ordered('Orders')),
      Procedures: items(ORDER, ordered('Procedures')),
      Services: [
        ...items(ORDER, ordered('Services')),
        ...items(ACTIVITY, found.of(plans).flatMap(activitiesOf)),
      ],
      Supplies: items(SUPPLY, found.of(supplies)),
      Encounters: items(VISIT, visits),
      MedicationAdministration: items(MEDICATION, planned),
    }
    const filled = Object.entries(members).filter(([, list]) => list.length > 0)
    return filled.length > 0 ? { PlanOfCare: Object.fromEntries(filled) } : {}
  },
}
