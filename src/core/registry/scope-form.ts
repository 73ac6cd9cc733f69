const IDENTITY_AND_REFRESH = 'openid|fhirUser|profile|offline_access|online_access'

/** The EHR launch itself, and context: one role a scope, the resource type in lower case. */
const LAUNCH = 'launch(\\/[a-z]+(\\?role=[A-Za-z0-9._:\\/-]+)?)?'

const V1 = '(read|write|\\*)'

/** A non-empty subset of `cruds` in that order, and filters of characters that RFC 6749 §3.3 allows. */
const FILTER = "[A-Za-z_][A-Za-z0-9_.:-]*=[!#-%'-\\[\\]-~]+"
const V2 = `(?=[cruds])c?r?u?d?s?(\\?${FILTER}(&${FILTER})*)?`

const RESOURCE = `(patient|user|system)\\/([A-Z][A-Za-z]*|\\*)\\.(${V1}|${V2})`

/**
 * The form of a scope that a connection may ask for: SMART's own, in version 1 or 2, and OpenID's.
 *
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export const SCOPE_FORM: RegExp = new RegExp(`^(${IDENTITY_AND_REFRESH}|${LAUNCH}|${RESOURCE})$`)
