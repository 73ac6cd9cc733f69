import { isObject, type Json } from './mapping/json.ts'

/** Texts that a message lists; none of them is no restriction. */
type Listed = readonly string[] | null | undefined

/** Whether a value is one of those that a message lists, upper and lower case being one. */
export function isListed(value: unknown, listed: Listed): boolean {
  if (!listed || listed.length === 0) return true
  return typeof value === 'string' && listed.some((one) => isSameText(one, value))
}

/** Whether an item has every text that a message says of it. What the message leaves out is any. */
export function isAsSaid(item: unknown, said: unknown): boolean {
  if (said === undefined || said === null || said === '') return true
  if (Array.isArray(said)) return said.length === 0 || said.some((one) => isAsSaid(item, one))
  if (isObject(said)) {
    const known: Json = isObject(item) ? item : {}
    return Object.entries(said).every(([name, value]) => isAsSaid(known[name], value))
  }
  if (Array.isArray(item)) return item.some((one) => isAsSaid(one, said))
  return isSameText(item, said)
}

/** A day alone, as an end, ends with its last moment. */
const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Whether a time is within a span. One that is not known is not.
 *
 * @param start,end ISO 8601; absent is open
 */
export function isWithin(
  time: unknown,
  start: string | null | undefined,
  end: string | null | undefined,
): boolean {
  if (!start && !end) return true
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN
  const last = end ? Date.parse(end) + (DAY.test(end) ? DAY_MS - 1 : 0) : Infinity
  return !((start && !(at >= Date.parse(start))) || !(at <= last))
}

function isSameText(one: unknown, other: unknown): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase()
}
