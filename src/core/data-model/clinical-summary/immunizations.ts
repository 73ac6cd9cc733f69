import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { codeWithAlternatives, quantity, text } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { listSection } from './section.ts'

const IMMUNIZATION: Table = {
  source: 'r4/immunization',
  rows: [
    { to: 'DateTime', from: 'occurrenceDateTime', as: dateTime },
    { to: 'Route', from: 'route', as: codeWithAlternatives },
    { to: 'Product', from: 'vaccineCode', as: codeWithAlternatives },
    {
      to: 'Product.Manufacturer',
      from: ['manufacturer.display', 'manufacturer.resolve().name'],
      as: text,
    },
    { to: 'Product.LotNumber', from: 'lotNumber', as: text },
    { to: 'Dose', from: 'doseQuantity', as: quantity },
  ],
}

export const immunizations = listSection({
  search: {
    section: 'Immunizations',
    type: 'Immunization',
    keep: (resource) => !isVoid(resource) && resource['status'] !== 'not-done',
  },
  note: 'Those that were given.',
  references: ['manufacturer'],
  table: IMMUNIZATION,
})
