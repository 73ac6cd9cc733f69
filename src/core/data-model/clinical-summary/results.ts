import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import {
  RESULT,
  RESULT_STATUS,
  withComponentsApart,
} from '#core/data-model/mapping/observations.ts'
import { ofCategory, panelsOf } from '#core/data-model/mapping/panels.ts'
import { organization } from '#core/data-model/mapping/people.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import { applyTable, type Table } from '#core/data-model/mapping/table.ts'
import { asMember, itemsOf, type Section } from './section.ts'

const reports: Search = {
  section: 'Results',
  type: 'DiagnosticReport',
  keep: (resource) => !isVoid(resource),
}

const observations: Search = {
  section: 'Results',
  type: 'Observation',
  ...ofCategory('laboratory'),
}

/** What a report, or an observation that is in none, says of the whole. */
const PANEL: Table = {
  source: 'r4/diagnosticreport',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Status', from: 'status', as: RESULT_STATUS, source: 'redox-fields' },
    { to: 'Producer.Name', from: 'performer.display', as: text },
    { to: 'Producer', from: 'performer.resolve()', as: organization },
  ],
}

/** Reports with their observations, then panels with their members, then what stands alone. */
export const results: Section = {
  searches: [reports, observations],
  references: ['performer'],
  parts: [
    { to: 'Results[]', type: 'DiagnosticReport', table: PANEL },
    {
      to: 'Results[]',
      type: 'Observation',
      table: PANEL,
      note: 'Of the category laboratory, where no report has it: a panel with its members, or one that stands alone.',
    },
    {
      to: 'Results[].Observations[]',
      type: 'Observation',
      table: RESULT,
      note: 'Components are observations of their own.',
    },
  ],
  build(found, resolveIn) {
    const items = panelsOf(found.of(reports), found.of(observations)).map(
      ({ head, members }): Json => ({
        ...applyTable(PANEL, head, resolveIn(head)),
        ...asMember(
          'Observations',
          itemsOf(RESULT, members.flatMap(withComponentsApart), resolveIn),
        ),
      }),
    )
    return asMember('Results', items.filter(hasContent))
  },
}

function hasContent(item: Json): boolean {
  return Object.keys(item).length > 0
}
