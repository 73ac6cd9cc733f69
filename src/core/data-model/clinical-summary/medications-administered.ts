import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { codeWithAlternatives, quantity, wording } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { PRODUCT } from './dosage.ts'
import { listSection } from './section.ts'

const ADMINISTERED: Table = {
  source: 'r4/medicationadministration',
  rows: [
    { to: 'Dose', from: 'dosage.dose', as: quantity },
    { to: 'Rate', from: 'dosage.rateQuantity', as: quantity },
    { to: 'Route', from: 'dosage.route', as: codeWithAlternatives },
    { to: 'StartDate', from: ['effectiveDateTime', 'effectivePeriod.start'], as: dateTime },
    { to: 'EndDate', from: 'effectivePeriod.end', as: dateTime },
    ...PRODUCT.rows,
    { to: 'ReasonNotGiven', from: 'statusReason', as: wording },
  ],
  cannot: { Frequency: 'It was given once; FHIR has how often in the request.' },
}

export const medicationsAdministered = listSection({
  search: {
    section: 'MedicationsAdministered',
    type: 'MedicationAdministration',
    keep: (resource) => !isVoid(resource),
  },
  note: 'With `ReasonNotGiven`, those that were not.',
  references: ['medicationReference'],
  table: ADMINISTERED,
})
