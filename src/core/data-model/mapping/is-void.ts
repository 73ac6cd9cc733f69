import { isObject, type Json, listOf } from './json.ts'

/**
 * Whether a resource says that it should not be there: entered in error, or found not to be so. The
 * status may be a code or, from R4 on for some types, a CodeableConcept.
 */
export function isVoid(resource: Json): boolean {
  return ['status', 'verificationStatus']
    .flatMap((name) => codesIn(resource[name]))
    .some((code) => code === 'entered-in-error' || code === 'refuted')
}

/** The codes of a code, Coding or CodeableConcept, or of several. */
export function codesIn(value: unknown): readonly string[] {
  return listOf(value).flatMap((one) => {
    if (typeof one === 'string') return [one]
    if (!isObject(one)) return []
    const codings = 'coding' in one ? listOf(one['coding']) : [one]
    return codings.flatMap((coding) =>
      isObject(coding) && typeof coding['code'] === 'string' ? [coding['code']] : [],
    )
  })
}
