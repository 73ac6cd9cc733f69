import type { Gathered, Search } from '#core/data-model/gather/gather.ts'
import type { Warning } from '#core/data-model/gather/warning.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { constant } from '#core/data-model/mapping/rules.ts'
import { applyTable, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { dosage, instructions, PRODUCT, REQUESTED_PERIOD } from './dosage.ts'
import { medicationRequests } from './searches.ts'
import { asMember, itemsOf, type Section } from './section.ts'

const REQUEST: Table = {
  source: 'r4/medicationrequest',
  rows: [
    { to: 'Prescription', from: 'resourceType', as: constant(true), source: 'redox-fields' },
    ...instructions('dosageInstruction').rows,
    ...dosage('dosageInstruction').rows,
    ...REQUESTED_PERIOD.rows,
    ...PRODUCT.rows,
  ],
}

const STATEMENT: Table = {
  source: 'r4/medicationstatement',
  rows: [
    { to: 'Prescription', from: 'resourceType', as: constant(false), source: 'redox-fields' },
    ...instructions('dosage').rows,
    ...dosage('dosage').rows,
    { to: 'StartDate', from: ['effectivePeriod.start', 'effectiveDateTime'], as: dateTime },
    { to: 'EndDate', from: 'effectivePeriod.end', as: dateTime },
    ...PRODUCT.rows,
  ],
}

/** The data model has no status of a medication: without its end one that ended would look current. */
const CURRENT: readonly unknown[] = ['active', 'on-hold', 'intended', 'unknown', undefined]
const PLANNED: readonly unknown[] = ['proposal', 'plan']
const NOTE =
  'What is planned only is in PlanOfCare. One that is over is told if it has an end, as there is no status.'

/** Whether nobody has ordered it yet. */
export function isPlan({ intent }: Json): boolean {
  return PLANNED.includes(intent)
}

/** Whether it is meant for the section at all, over or not. */
function isOrdered(resource: Json): boolean {
  return !isVoid(resource) && resource['status'] !== 'draft' && !isPlan(resource)
}

/** Whether it would look current without being so. */
function isOverSinceUnknown(resource: Json): boolean {
  const table = resource['resourceType'] === 'MedicationRequest' ? REQUEST : STATEMENT
  return (
    !CURRENT.includes(resource['status']) &&
    applyTable(table, resource, () => undefined)?.['EndDate'] === undefined
  )
}

const statements: Search = {
  section: 'Medications',
  type: 'MedicationStatement',
  keep: isOrdered,
}

function ordered(found: Gathered): readonly Json[] {
  return [...found.of(medicationRequests).filter(isOrdered), ...found.of(statements)]
}

export const medications: Section = {
  searches: [medicationRequests, statements],
  references: ['medicationReference'],
  parts: [
    { to: 'Medications[]', type: 'MedicationRequest', table: REQUEST, note: NOTE },
    { to: 'Medications[]', type: 'MedicationStatement', table: STATEMENT, note: NOTE },
  ],
  leaves(found) {
    const left = ordered(found).filter(isOverSinceUnknown).length
    return left === 0 ? [] : [endUnknown(left)]
  },
  build(found, resolveIn) {
    const told = ordered(found).filter((one) => !isOverSinceUnknown(one))
    const of = (type: string) => told.filter(({ resourceType }) => resourceType === type)
    return asMember('Medications', [
      ...itemsOf(REQUEST, of('MedicationRequest'), resolveIn),
      ...itemsOf(STATEMENT, of('MedicationStatement'), resolveIn),
    ])
  },
}

function endUnknown(count: number): Warning {
  return {
    section: 'Medications',
    type: 'MedicationRequest',
    code: 'upstream_answer_invalid',
    text: `Medications lacks ${count} that are over: the EHR does not say since when, and without that they would look current.`,
  }
}
