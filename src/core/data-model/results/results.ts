import { isAsSaid, isListed, isWithin } from '#core/data-model/choose-items.ts'
import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { isObject, type Json, listOf } from '#core/data-model/mapping/json.ts'
import { withComponentsApart } from '#core/data-model/mapping/observations.ts'
import { ofCategory, type Panel, panelsOf } from '#core/data-model/mapping/panels.ts'
import { applyTable, below, type Table } from '#core/data-model/mapping/table.ts'
import { PROVIDER_CANNOT } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import { type PatientRecord, readRecord } from '#core/data-model/record.ts'
import { checkTimes } from '#core/data-model/schema/check-times.ts'
import { onePatient } from '#core/data-model/schema/query-shapes.ts'
import { INTERPRETED, OBSERVED, ORDERED, PRESENTED, REPORTED } from './result-tables.ts'
import { type ResultsMessage, resultsAnswer, resultsMessage } from './results-message.ts'

const SECTION = 'Orders'

const reports: Search = {
  section: SECTION,
  type: 'DiagnosticReport',
  keep: (resource) => !isVoid(resource),
}
const observations: Search = {
  section: SECTION,
  type: 'Observation',
  ...ofCategory('laboratory'),
}
const orders: Search = {
  section: SECTION,
  type: 'ServiceRequest',
  keep: (resource) => !isVoid(resource),
}
const specimens: Search = { section: SECTION, type: 'Specimen' }
const visits: Search = { section: SECTION, type: 'Encounter' }

/** `Results` / `Query`: what was ordered of laboratories and came back. */
export const results = defineModel<ResultsMessage>({
  dataModel: 'Results',
  eventType: 'Query',
  message: resultsMessage,
  answerSchema: resultsAnswer,
  parts: [
    {
      to: 'Orders[]',
      type: 'ServiceRequest',
      table: ORDERED,
      note: 'That the report, or the observation, names as what it is based on.',
    },
    { to: 'Orders[]', type: 'DiagnosticReport', table: REPORTED },
    {
      to: 'Orders[]',
      type: 'Observation',
      table: REPORTED,
      note: 'Of the category laboratory, where no report has it: a panel with its members, or one that stands alone.',
    },
    {
      to: 'Orders[].Results[]',
      type: 'Observation',
      table: OBSERVED,
      note: 'Components are results of their own.',
    },
    { to: 'Orders[].Results[]', type: 'DiagnosticReport', table: INTERPRETED },
    {
      to: 'Orders[].Results[]',
      type: 'DiagnosticReport',
      table: PRESENTED,
      note: 'Of `presentedForm`, where its data is in the report: a result of its own.',
    },
  ],
  cannot: below('Orders[]', {
    ResultCopyProviders: 'FHIR’s reports do not say who gets a copy.',
    ResponseFlag: 'It is of a message, not of a result.',
    'Provider.Location': PROVIDER_CANNOT.Location,
    'Results[].PrimaryResultsInterpreter.Location': PROVIDER_CANNOT.Location,
    'Results[].Performer.Location': PROVIDER_CANNOT.Location,
    'Results[].RelatedGroupID': 'FHIR groups results in panels, which are orders here.',
  }),

  async answer({ Patients, Completion, ResultStatuses, OrderIDs, Procedures }, context) {
    const { StartDateTime, EndDateTime } = Completion ?? {}
    checkTimes({
      'Completion.StartDateTime': StartDateTime,
      'Completion.EndDateTime': EndDateTime,
    })
    const { found, resolve, warnings } = await readRecord(
      onePatient(Patients),
      [
        { search: reports, references: ['performer', 'resultsInterpreter'] },
        { search: observations, references: ['performer'] },
        { search: orders, references: ['requester'] },
        { search: specimens },
        { search: visits },
      ],
      context,
    )
    const told = panelsOf(found.of(reports), found.of(observations)).map((panel) =>
      orderOf(panel, resolve),
    )
    const asked = told.filter(
      (one) =>
        isWithin(one['CompletionDateTime'], StartDateTime, EndDateTime) &&
        isListed(one['ResultsStatus'], ResultStatuses) &&
        (isListed(one['ID'], OrderIDs) || isListed(one['ApplicationOrderID'], OrderIDs)) &&
        isAsSaid(one['Procedure'], Procedures),
    )
    return {
      body: asked.length > 0 ? { Orders: asked } : {},
      warnings,
      isIncomplete: found.isIncomplete,
    }
  },
})

/** Each resource is mapped with what it contains itself, so one at a time. */
function orderOf({ head, members }: Panel, resolve: PatientRecord['resolve']): Json {
  const map = (table: Table, resource: Json) => applyTable(table, resource, resolve(resource)) ?? {}
  const [order] = listOf(head['basedOn'])
    .map((one) => (isObject(one) ? resolve(head)(one['reference']) : undefined))
    .filter((one) => one?.['resourceType'] === 'ServiceRequest')
  const interpreted = head['resourceType'] === 'DiagnosticReport' ? map(INTERPRETED, head) : {}
  const items = [
    ...members.flatMap(withComponentsApart).map((one) => map(OBSERVED, one)),
    ...listOf(head['presentedForm'])
      .filter((one) => isObject(one) && typeof one['data'] === 'string')
      .map((one) => map(PRESENTED, one as Json)),
  ].filter((one) => Object.keys(one).length > 0)
  return {
    ...(order && map(ORDERED, order)),
    ...map(REPORTED, head),
    ...(items.length > 0 && { Results: items.map((one) => ({ ...one, ...interpreted })) }),
  }
}
