import {
  interpretation,
  OBSERVED_AT,
  RESULT_STATUS,
  VALUE_ROWS,
} from '#core/data-model/mapping/observations.ts'
import { COLLECTION, PRIORITY, SPECIMEN } from '#core/data-model/mapping/orders.ts'
import { npiProvider, organization, provider } from '#core/data-model/mapping/people.ts'
import { codeset, constant, number, text } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { ofVisit } from '#core/data-model/mapping/visits.ts'

/** What the order says, where a report names one. */
export const ORDERED: Table = {
  source: 'r4/servicerequest',
  rows: [
    { to: 'ID', from: ['identifier.value', 'id'], as: text },
    { to: 'TransactionDateTime', from: 'authoredOn', as: dateTime },
    { to: 'Provider', from: 'requester.resolve()', as: npiProvider },
    { to: 'Status', from: 'status', as: text },
    { to: 'Priority', from: 'priority', as: PRIORITY, source: 'scala-redox' },
  ],
}

/** What a report, or an observation that is in none, says of the whole. */
export const REPORTED: Table = {
  source: 'r4/diagnosticreport',
  rows: [
    ...ofVisit('subject', 'encounter').rows,
    { to: 'ApplicationOrderID', from: ['identifier.value', 'id'], as: text },
    ...COLLECTION.rows,
    {
      to: 'CompletionDateTime',
      from: ['issued', 'effectiveDateTime', 'effectivePeriod.end'],
      as: dateTime,
    },
    { to: 'Notes[]', from: 'conclusion', as: text },
    { to: 'ResultsStatus', from: 'status', as: RESULT_STATUS, source: 'scala-redox' },
    { to: 'Procedure', from: 'code', as: codeset('Description') },
  ],
}

/** FHIR's types of values in the data model's words. */
const VALUE_TYPES = {
  valueQuantity: 'Numeric',
  valueInteger: 'Numeric',
  valueString: 'String',
  valueBoolean: 'String',
  valueDateTime: 'DateTime',
  valueTime: 'Time',
  valueCodeableConcept: 'Coded Entry',
} as const

/** One result of an order. */
export const OBSERVED: Table = {
  source: 'r4/observation',
  rows: [
    { to: '', from: 'code', as: codeset('Description') },
    ...SPECIMEN.rows,
    ...VALUE_ROWS,
    ...Object.entries(VALUE_TYPES).map(([from, name]) => ({
      to: 'ValueType',
      from,
      as: constant(name),
      source: 'scala-redox' as const,
    })),
    { to: 'CompletionDateTime', from: ['issued', ...OBSERVED_AT], as: dateTime },
    { to: 'Units', from: ['valueQuantity.unit', 'valueQuantity.code'], as: text },
    { to: 'Notes[]', from: 'note.text', as: text },
    { to: 'AbnormalFlag', from: 'interpretation', as: interpretation, source: 'scala-redox' },
    { to: 'Status', from: 'status', as: RESULT_STATUS, source: 'scala-redox' },
    { to: 'Producer', from: 'performer.resolve()', as: organization },
    { to: 'Performer', from: 'performer.resolve()', as: provider },
    { to: 'ReferenceRange.Low', from: 'referenceRange.low.value', as: number },
    { to: 'ReferenceRange.High', from: 'referenceRange.high.value', as: number },
    { to: 'ReferenceRange.Text', from: 'referenceRange.text', as: text },
    { to: 'ObservationMethod', from: 'method', as: codeset('Description') },
  ],
}

/** Who has read them all, for each. */
export const INTERPRETED: Table = {
  source: 'r4/diagnosticreport',
  rows: [
    { to: 'PrimaryResultsInterpreter', from: 'resultsInterpreter.resolve()', as: npiProvider },
  ],
}

/** The report itself, where it is in the EHR's answer. */
export const PRESENTED: Table = {
  source: 'r4/diagnosticreport',
  rows: [
    { to: 'Description', from: 'title', as: text },
    { to: 'Value', from: 'data', as: text },
    { to: 'ValueType', from: 'data', as: constant('Encapsulated Data'), source: 'scala-redox' },
    { to: 'FileType', from: 'contentType', as: text },
  ],
}
