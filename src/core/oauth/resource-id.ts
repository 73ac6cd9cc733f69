/** An id as servers have them; some begin with a minus. Never a path. */
const ID = /^(?!\.+$)[\w.~:+=-]{1,128}$/

/**
 * The id that a launch context names a resource by: an id, or a reference to a resource of this FHIR
 * server (SM-60). `undefined` where there is none, `null` where there is something that is none: a
 * reference to another server or type, or text that is no id.
 */
export function resourceId(
  value: unknown,
  type: 'Patient' | 'Encounter',
  fhirBaseUrl: string,
): string | null | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null
  if (typeof value !== 'string') return null
  const base = `${fhirBaseUrl.replace(/\/$/, '')}/`
  const local = value.startsWith(base) ? value.slice(base.length) : value
  const id = local.startsWith(`${type}/`) ? local.slice(type.length + 1) : local
  return ID.test(id) ? id : null
}
