import { entryOf } from '#core/entry-of.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { errorOf, type OAuthError } from './token-error.ts'

/** A token endpoint's answer, whatever its form was. */
export type TokenAnswer =
  | {
      readonly kind: 'tokens'
      readonly status: number
      /** By RFC 6749's names; not yet judged. */
      readonly members: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'error'; readonly status: number; readonly error: OAuthError }
  /** Neither tokens nor an error: HTML, a list, nothing. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly reason: string }

/** Names of those who write JSON in camel case. */
const CAMEL_CASE: Readonly<Record<string, string>> = {
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  tokenType: 'token_type',
  expiresIn: 'expires_in',
  accessTokenExpiresAt: 'expires_at',
}

/**
 * Reads a token endpoint's answer: JSON under whatever content type, or a form; tokens with any 2xx,
 * errors with any status, because what a body says is better kept to than what its status does.
 *
 * @see [RFC 6749 §5](https://www.rfc-editor.org/rfc/rfc6749.html#section-5)
 */
export async function readTokenAnswer(
  response: Response,
  { tokenResponseMember }: Pick<VendorBehavior, 'tokenResponseMember'>,
): Promise<TokenAnswer> {
  const { status } = response
  const text = await response.text()
  const whole = parsed(text)
  if (whole === undefined) return withoutBody(response, text)

  const inner = tokenResponseMember && whole[tokenResponseMember]
  const members = inRfcNames(isObject(inner) ? inner : whole)
  const error = errorOf(members)
  if (error) return { kind: 'error', status, error }
  if (members['access_token'] !== undefined && status >= 200 && status < 300) {
    return { kind: 'tokens', status, members }
  }
  return { kind: 'unreadable', status, reason: status < 300 ? 'access_token' : 'status' }
}

/** A 401 may say its error in the challenge alone. */
function withoutBody({ status, headers }: Response, text: string): TokenAnswer {
  const code = /\berror="([a-z_]{1,40})"/.exec(headers.get('www-authenticate') ?? '')?.[1]
  if (status === 401 && code) return { kind: 'error', status, error: { code } }
  return { kind: 'unreadable', status, reason: text.trim() === '' ? 'empty' : 'not_an_object' }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text)
    return isObject(body) ? body : undefined
  } catch {
    if (!/^[\w.~%+-]+=[^\s<>]*$/.test(text.trim())) return undefined
    const form = Object.fromEntries(new URLSearchParams(text.trim()))
    return 'access_token' in form || 'error' in form ? form : undefined
  }
}

function inRfcNames(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const rfcName = entryOf(CAMEL_CASE, name)
      return [rfcName === undefined || rfcName in members ? name : rfcName, value]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
