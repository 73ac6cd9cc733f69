import type { Search } from '#core/data-model/gather/gather.ts'
import { isObject, type Json, listOf } from '#core/data-model/mapping/json.ts'
import {
  RESULT,
  RESULT_STATUS,
  withComponentsApart,
} from '#core/data-model/mapping/observations.ts'
import { address, identifier } from '#core/data-model/mapping/people.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import { applyTable, as, type Table } from '#core/data-model/mapping/table.ts'
import { codesIn, isVoid } from './is-void.ts'
import { asMember, itemsOf, type Section } from './section.ts'

const LABORATORY = 'laboratory'

const reports: Search = {
  section: 'Results',
  type: 'DiagnosticReport',
  keep: (resource) => !isVoid(resource),
}

const observations: Search = {
  section: 'Results',
  type: 'Observation',
  parameters: { category: LABORATORY },
  keep: (resource) => !isVoid(resource) && codesIn(resource['category']).includes(LABORATORY),
}

const PRODUCER: Table = {
  source: 'r4/organization',
  rows: [
    { to: '', from: 'identifier', as: identifier },
    { to: 'Name', from: 'name', as: text },
    { to: 'Address', from: 'address', as: address },
  ],
}

/** What a report, or an observation that is in none, says of the whole. */
const PANEL: Table = {
  source: 'r4/diagnosticreport',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Status', from: 'status', as: RESULT_STATUS, source: 'redox-fields' },
    { to: 'Producer.Name', from: 'performer.display', as: text },
    { to: 'Producer', from: 'performer.resolve()', as: organization() },
  ],
}

/** A performer may be a person too, who produces no result. */
function organization() {
  const rule = as(PRODUCER)
  return {
    ...rule,
    choose: (values: readonly unknown[]) =>
      values.find((one) => isObject(one) && one['resourceType'] === 'Organization'),
  }
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
    const all = new Map(found.of(observations).map((one) => [`Observation/${one['id']}`, one]))
    const told = new Set<Json>()
    const panel = (head: Json, members: readonly Json[]): Json => {
      for (const member of members) told.add(member)
      const parts = members.flatMap(withComponentsApart)
      return {
        ...applyTable(PANEL, head, resolveIn(head)),
        ...asMember('Observations', itemsOf(RESULT, parts, resolveIn)),
      }
    }
    const membersOf = (references: unknown) => membersIn(references, all)

    const ofReports = found.of(reports).map((one) => panel(one, membersOf(one['result'])))
    const heads = [...all.values()].filter((one) => membersOf(one['hasMember']).length > 0)
    const ofPanels = heads
      .filter((one) => !told.has(one))
      .map((one) => {
        told.add(one)
        return panel(one, membersOf(one['hasMember']))
      })
    const alone = [...all.values()].filter((one) => !told.has(one)).map((one) => panel(one, [one]))
    return asMember('Results', [...ofReports, ...ofPanels, ...alone].filter(hasContent))
  },
}

/** The observations that references lead to, a panel among them by its own members. */
function membersIn(references: unknown, all: ReadonlyMap<string, Json>): readonly Json[] {
  return listOf(references)
    .filter(isObject)
    .flatMap(({ reference }) => {
      const key = /Observation\/[A-Za-z0-9\-.]+/.exec(String(reference))?.[0]
      const found = key === undefined ? undefined : all.get(key)
      return found ? [found] : []
    })
}

function hasContent(item: Json): boolean {
  return Object.keys(item).length > 0
}
