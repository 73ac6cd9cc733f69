/** The types that a `fhirUser` may be of (SM-70). */
const USER_TYPES = ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson', 'Person']

const REFERENCE = new RegExp(`^(?:https?://\\S+/)?(${USER_TYPES.join('|')})/([A-Za-z0-9.-]{1,64})$`)

/**
 * The reference to who signed on: `fhirUser`, else the `profile` of SMART 1.0 if it is one (in OpenID
 * Connect that is the address of a web page). A relative one is completed with the FHIR base (SM-70).
 */
export function fhirUserOf(
  claims: Readonly<Record<string, unknown>>,
  fhirBaseUrl: string,
): string | undefined {
  const { fhirUser, profile } = claims
  const reference = [fhirUser, profile].find(
    (value): value is string => typeof value === 'string' && REFERENCE.test(value),
  )
  if (reference === undefined || reference.includes('://')) return reference
  return `${fhirBaseUrl.replace(/\/$/, '')}/${reference}`
}

/**
 * The path of `fhirUser` below the FHIR base; `undefined` for a resource on another server, which
 * is passed on to the app but never fetched with the token (SM-70, SM-87).
 */
export function fhirUserPath(
  fhirUser: string | undefined,
  fhirBaseUrl: string,
): { readonly type: string; readonly id: string } | undefined {
  const base = `${fhirBaseUrl.replace(/\/$/, '')}/`
  if (!fhirUser?.startsWith(base)) return undefined
  const [, type, id] = REFERENCE.exec(fhirUser.slice(base.length)) ?? []
  return type && id && !/^\.+$/.test(id) && fhirUser === `${base}${type}/${id}`
    ? { type, id }
    : undefined
}
