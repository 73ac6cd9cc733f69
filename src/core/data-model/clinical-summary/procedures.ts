import type { Search } from '#core/data-model/gather/gather.ts'
import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { itemsOf, type Section } from './section.ts'

const SERVICE: Table = {
  source: 'r4/procedure',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'DateTime', from: ['performedDateTime', 'performedPeriod.start'], as: dateTime },
    { to: 'Status', from: 'status', as: text },
  ],
}

const PROCEDURE: Table = {
  ...SERVICE,
  rows: [...SERVICE.rows, { to: 'TargetSite', from: 'bodySite', as: codeWithAlternatives }],
}

/** C-CDA’s three kinds, by FHIR’s categories of procedures (SNOMED CT). */
const DIAGNOSTIC = ['103693007']
const SERVICES = ['409063005', '409073007', '410606002', '46947000', '24642003']

type Kind = 'Observations' | 'Procedures' | 'Services'

function kindOf({ category }: Json): Kind {
  const codes = codesIn(category)
  if (codes.some((one) => DIAGNOSTIC.includes(one))) return 'Observations'
  return codes.some((one) => SERVICES.includes(one)) ? 'Services' : 'Procedures'
}

const search: Search = {
  section: 'Procedures',
  type: 'Procedure',
  keep: (resource) => !isVoid(resource) && resource['status'] !== 'not-done',
}

const KINDS = [
  ['Observations', PROCEDURE, 'Of the category diagnostic procedure.'],
  ['Procedures', PROCEDURE, 'Of every other category, and of none.'],
  [
    'Services',
    SERVICE,
    'Of the categories counseling, education, chiropractic and social service.',
  ],
] as const

export const procedures: Section = {
  searches: [search],
  parts: KINDS.map(([kind, table, note]) => ({
    to: `Procedures.${kind}[]`,
    type: 'Procedure',
    table,
    note,
  })),
  build(found, resolveIn) {
    const members = KINDS.map(([kind, table]) => {
      const ofKind = found.of(search).filter((one) => kindOf(one) === kind)
      return [kind, itemsOf(table, ofKind, resolveIn)] as const
    }).filter(([, items]) => items.length > 0)
    return members.length > 0 ? { Procedures: Object.fromEntries(members) } : {}
  },
}
