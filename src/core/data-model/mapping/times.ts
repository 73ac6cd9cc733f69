import { textOf } from './json.ts'
import type { Rule } from './table.ts'

/**
 * A date, dateTime or instant of FHIR: as exact as it was said, and no more.
 *
 * @see [FHIR R4, dateTime](https://hl7.org/fhir/R4/datatypes.html#dateTime)
 */
const TIME =
  /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(\.\d+)?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?)?)?$/

/** The day, in the zone that the EHR said it in: a birth date never moves. */
export const date: Rule = {
  name: 'date',
  convert: (value) => (isTime(value) ? value.slice(0, 10) : undefined),
}

/**
 * The point of time, in UTC with milliseconds where its zone is known; as it was said where it is a
 * day, a month or a year alone, or has no zone, because nobody knows which point that is.
 */
export const dateTime: Rule = {
  name: 'date and time',
  convert(value) {
    if (!isTime(value)) return undefined
    const [, , , , hour, , , , zone] = TIME.exec(value) ?? []
    const at = Date.parse(value)
    return hour === undefined || zone === undefined || Number.isNaN(at)
      ? value
      : new Date(at).toISOString()
  },
}

/** Whether a value is a date or a time, as FHIR writes them. */
export function isTime(value: unknown): value is string {
  if (textOf(value) === undefined) return false
  const [, year, month, day] = TIME.exec(value as string) ?? []
  if (year === undefined) return false
  // Every month has these; of the others there is no 30 February, though a Date would be made of it.
  if (Number(day ?? 1) <= 28) return true
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return Number(day) <= lastDay
}
