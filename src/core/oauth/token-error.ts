import { entryOf } from '#core/entry-of.ts'
/** An error of RFC 6749 §5.2. Its texts are the server's: neither shown nor logged. */
export interface OAuthError {
  readonly code: string
  readonly description?: string
  /** May say more than its code does: Oracle Health has the cause in it, as a URN. */
  readonly uri?: string
}

/** Codes that mean a registered one in a server's own words. */
const OWN_CODES: Readonly<Record<string, string>> = { bad_verification_code: 'invalid_grant' }

/**
 * The error in a body, in the forms that servers have for it; `undefined` if it is none.
 *
 * A `description` is the end of the URN in `error_uri` where there is no other.
 */
export function errorOf(members: Readonly<Record<string, unknown>>): OAuthError | undefined {
  const code = codeOf(members)
  if (code === undefined) return undefined
  const uri = text(members['error_uri'])
  const description =
    text(members['error_description']) ?? text(members['description']) ?? (uri && causeIn(uri))
  return {
    code: entryOf(OWN_CODES, code) ?? code,
    ...(description && { description }),
    ...(uri && { uri }),
  }
}

function codeOf(members: Readonly<Record<string, unknown>>): string | undefined {
  const code = text(members['error'])
  if (code !== undefined) return code
  if (members['status'] === 'error') return text(members['statusmessage'])
  const { errors } = members
  const [first] = Array.isArray(errors) ? errors : []
  return typeof first === 'object' && first !== null && 'errorType' in first
    ? text(first.errorType)
    : undefined
}

/** Of `https://…/errors/urn%3Acerner%3Aerror%3A…%3Acode-invalid-or-expired/instances/1?…` the URN's end. */
function causeIn(uri: string): string | undefined {
  const [urn] = /\burn(?::|%3A)[^/?#&]+/i.exec(uri) ?? []
  return urn?.split(/:|%3A/i).at(-1) || undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
