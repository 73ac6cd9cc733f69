import { entryOf } from '#core/entry-of.ts'
import { isObject, type Json, listOf, wordOf } from './json.ts'
import {
  codeWithAlternatives,
  constant,
  literal,
  mapped,
  number,
  quantityValue,
  text,
  wording,
} from './rules.ts'
import type { Rule, Table } from './table.ts'
import { dateTime } from './times.ts'

/** FHIR's statuses of results in the data model's words. */
export const RESULT_STATUS: Rule = mapped({
  registered: 'In Process',
  partial: 'Preliminary',
  preliminary: 'Preliminary',
  final: 'Final',
  amended: 'Corrected',
  corrected: 'Corrected',
  appended: 'Corrected',
  cancelled: 'Canceled',
})

/** HL7’s codes of interpretations, and the data model’s words. */
export const INTERPRETATIONS: Readonly<Record<string, string>> = {
  N: 'Normal',
  L: 'Low',
  LL: 'Very Low',
  H: 'High',
  HH: 'Very High',
  A: 'Abnormal',
  AA: 'Very Abnormal',
}

/** The data model's words for HL7's interpretations; of any other its own words. */
export const interpretation: Rule = {
  name: `of: ${Object.values(INTERPRETATIONS).join(', ')}; or its words`,
  convert(value, resolve) {
    const codings = isObject(value) ? listOf(value['coding']).filter(isObject) : []
    const known = codings.map(({ code }) => entryOf(INTERPRETATIONS, wordOf(code))).find(Boolean)
    return known ?? wording.convert(value, resolve)
  },
}

/** When it was observed; else when it became available. */
export const OBSERVED_AT = [
  'effectiveDateTime',
  'effectivePeriod.start',
  'effectiveInstant',
  'issued',
] as const

/** What was observed, of whichever type it is. */
export const VALUE_ROWS = [
  { to: 'Value', from: 'valueQuantity', as: quantityValue },
  { to: 'Value', from: ['valueString', 'valueInteger', 'valueTime'], as: literal },
  { to: 'Value', from: 'valueCodeableConcept', as: wording },
  { to: 'Value', from: 'valueDateTime', as: dateTime },
  { to: 'Value', from: 'valueBoolean', as: { name: 'as text', convert: booleanText } },
] as const

/** An observation, by the fields that vital signs have. */
export const MEASUREMENT: Table = {
  source: 'r4/observation',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Status', from: 'status', as: RESULT_STATUS, source: 'redox-fields' },
    { to: 'Interpretation', from: 'interpretation', as: interpretation, source: 'redox-fields' },
    { to: 'DateTime', from: OBSERVED_AT, as: dateTime },
    ...VALUE_ROWS,
    { to: 'Units', from: ['valueQuantity.unit', 'valueQuantity.code'], as: text },
  ],
}

/** The names of HL7 v3's data types, which the sample's `PhysicalQuantity` is one of. */
const VALUE_TYPES = {
  valueQuantity: 'PhysicalQuantity',
  valueCodeableConcept: 'ConceptDescriptor',
  valueString: 'CharacterString',
  valueInteger: 'IntegerNumber',
  valueBoolean: 'Boolean',
  valueDateTime: 'PointInTime',
  valueTime: 'PointInTime',
} as const

/** The same with what only results have. */
export const RESULT: Table = {
  ...MEASUREMENT,
  rows: [
    ...MEASUREMENT.rows,
    { to: 'CodedValue', from: 'valueCodeableConcept', as: codeWithAlternatives },
    ...Object.entries(VALUE_TYPES).map(([from, name]) => ({
      to: 'ValueType',
      from,
      as: constant(name),
      source: 'redox-sample' as const,
    })),
    { to: 'ReferenceRange.Low', from: 'referenceRange.low.value', as: number },
    { to: 'ReferenceRange.High', from: 'referenceRange.high.value', as: number },
    { to: 'ReferenceRange.Text', from: 'referenceRange.text', as: text },
  ],
}

const OF_ALL_COMPONENTS = [
  'status',
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'issued',
]

/**
 * An observation as the observations that it is: its components are one each, since the data model has
 * none (a blood pressure is a systolic and a diastolic one).
 */
export function withComponentsApart(observation: Json): readonly Json[] {
  const components = listOf(observation['component']).filter(isObject)
  if (components.length === 0) return [observation]
  const shared = Object.fromEntries(
    OF_ALL_COMPONENTS.filter((name) => name in observation).map((name) => [
      name,
      observation[name],
    ]),
  )
  const hasValue = Object.keys(observation).some((name) => /^value[A-Z]/.test(name))
  return [
    ...(hasValue ? [observation] : []),
    ...components.map((component) => ({ ...shared, ...component })),
  ]
}

function booleanText(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : undefined
}
