import { isObject } from '#core/data-model/mapping/json.ts'
import {
  boolean,
  codeWithAlternatives,
  isThere,
  quantity,
  text,
} from '#core/data-model/mapping/rules.ts'
import type { Rule, Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { entryOf } from '#core/entry-of.ts'

/** Smaller units, for a period that would not be whole: half a day is twelve hours. */
const SMALLER: Readonly<Record<string, readonly [unit: string, count: number]>> = {
  wk: ['d', 7],
  d: ['h', 24],
  h: ['min', 60],
}

/**
 * How often: FHIR has so many times in a period, the data model, like C-CDA, the period between two.
 */
const frequency: Rule = {
  name: 'period between two',
  fields: ['.Period', '.Unit'],
  convert(value) {
    if (!isObject(value)) return undefined
    const { frequency: times = 1, period, periodUnit } = value
    if (typeof times !== 'number' || typeof period !== 'number' || times <= 0) return undefined
    if (typeof periodUnit !== 'string' || !Number.isFinite(period)) return undefined
    let [between, unit] = [period / times, periodUnit]
    let smaller = entryOf(SMALLER, unit)
    while (!Number.isInteger(between) && smaller) {
      between = Math.round(between * smaller[1] * 1e6) / 1e6
      unit = smaller[0]
      smaller = entryOf(SMALLER, unit)
    }
    return { Period: String(Number(between.toFixed(3))), Unit: unit }
  },
}

/** A dosage of FHIR, by the fields that medications of the data model have. */
export function dosage(element: 'dosageInstruction' | 'dosage'): Table {
  return {
    source: 'r4/dosage',
    rows: [
      { to: 'Dose', from: `${element}.doseAndRate.doseQuantity`, as: quantity },
      { to: 'Rate', from: `${element}.doseAndRate.rateQuantity`, as: quantity },
      { to: 'Route', from: `${element}.route`, as: codeWithAlternatives },
      {
        to: 'Frequency',
        from: `${element}.timing.repeat`,
        as: frequency,
        source: 'ccda-on-fhir',
      },
    ],
  }
}

/** What the person is told, and whether it is taken when needed; not all lists have these. */
export function instructions(element: 'dosageInstruction' | 'dosage'): Table {
  return {
    source: 'r4/dosage',
    rows: [
      {
        to: 'FreeTextSig',
        from: [`${element}.text`, `${element}.patientInstruction`],
        as: text,
      },
      { to: 'IsPRN', from: `${element}.asNeededBoolean`, as: boolean },
      { to: 'IsPRN', from: `${element}.asNeededCodeableConcept`, as: isThere },
    ],
  }
}

/** What is given: a code, or a resource that has one. */
export const PRODUCT: Table = {
  source: 'r4/medication',
  rows: [
    {
      to: 'Product',
      from: [
        'medicationCodeableConcept',
        'medicationReference.resolve().code',
        'medicationReference.display',
      ],
      as: codeWithAlternatives,
    },
  ],
}

/** When a request says that it is to begin and to end. */
export const REQUESTED_PERIOD: Table = {
  source: 'r4/medicationrequest',
  rows: [
    {
      to: 'StartDate',
      from: ['dosageInstruction.timing.repeat.boundsPeriod.start', 'authoredOn'],
      as: dateTime,
    },
    {
      to: 'EndDate',
      from: [
        'dosageInstruction.timing.repeat.boundsPeriod.end',
        'dispenseRequest.validityPeriod.end',
      ],
      as: dateTime,
    },
  ],
}
