import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { codedAs, codeWithAlternatives, lines } from '#core/data-model/mapping/rules.ts'
import type { Rule, Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { snomed } from '#core/data-model/terminology/codes.ts'
import { listSection } from './section.ts'

const STATUS: Rule = codedAs({
  active: snomed('55561003', 'Active'),
  recurrence: snomed('255227004', 'Recurrent'),
  relapse: snomed('263855007', 'Relapse phase'),
  inactive: snomed('73425007', 'Inactive'),
  remission: snomed('277022003', 'Remission phase'),
  resolved: snomed('413322009', 'Resolved'),
})

const PROBLEM: Table = {
  source: 'r4/condition',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    {
      to: 'StartDate',
      from: ['onsetDateTime', 'onsetPeriod.start'],
      as: dateTime,
    },
    {
      to: 'EndDate',
      from: ['abatementDateTime', 'abatementPeriod.end', 'abatementPeriod.start'],
      as: dateTime,
    },
    { to: 'Category', from: 'category', as: codeWithAlternatives },
    { to: 'Status', from: 'clinicalStatus', as: STATUS, source: 'ccda-on-fhir' },
    { to: 'Comment', from: 'note.text', as: lines },
  ],
  cannot: {
    HealthStatus:
      'It is how well the person is with the problem; FHIR has its severity, which is not that.',
  },
}

/** A visit's assessment is made of these too. */
export const problemSearch: Search = {
  section: 'Problems',
  type: 'Condition',
  keep: (resource) => !isVoid(resource),
}

export const problems = listSection({ search: problemSearch, table: PROBLEM })
