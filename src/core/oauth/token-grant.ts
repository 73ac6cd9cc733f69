import { decodeJwt } from 'jose'
import { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { accessToken } from './bound-token.ts'
import { grantedScopes } from './granted-scopes.ts'
import { extraMembers, launchContext } from './launch-context.ts'
import { resourceId } from './resource-id.ts'
import { covers } from './scope-meaning.ts'
import { tokenTimes } from './token-times.ts'

/** What an authorization server granted, whichever it is. */
export interface TokenGrant {
  readonly accessToken: Secret
  readonly refreshToken?: Secret
  readonly idToken?: string
  readonly expiresAt: EpochSeconds
  readonly refreshExpiresAt?: EpochSeconds
  /** The end of the person's consent: no session outlives it. */
  readonly consentExpiresAt?: EpochSeconds
  readonly scopes: readonly string[]
  readonly patient?: string
  readonly encounter?: string
  /** As the response has it beside or in place of an ID token. */
  readonly fhirUser?: string
  /** The rest of the launch context, by its wire names. */
  readonly context: Readonly<Record<string, unknown>>
  /** Members that no specification names, by their own names. */
  readonly extras: Readonly<Record<string, unknown>>
  /** In what it was odd, for the log. */
  readonly warnings: readonly string[]
}

/** What there is to know for reading a token response. */
export interface GrantSituation {
  readonly profile: VendorBehavior
  readonly fhirBaseUrl: string
  /** Granted where the response does not say: what was asked for, or what the session has. */
  readonly scopes: readonly string[]
  readonly receivedAt: EpochSeconds
  /** The key that a proof was sent of: a token of the type DPoP is bound to it. */
  readonly dpopKey?: Secret | undefined
}

export type ReadGrant =
  | { readonly grant: TokenGrant }
  /** The member that cannot be taken for anything safely. */
  | { readonly refused: string }

/**
 * Brings a token response into one form, whichever server it is from. What may mean two things is
 * refused by name, because a token of an unknown kind, or the wrong patient, is worse than none.
 *
 * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.1)
 */
export function readGrant(
  members: Readonly<Record<string, unknown>>,
  { profile, fhirBaseUrl, scopes: expected, receivedAt, dpopKey }: GrantSituation,
): ReadGrant {
  const token = text(members['access_token'])?.trim()
  if (!token || !/^[\x21-\x7e]+$/.test(token)) return { refused: 'access_token' }
  const isBound = dpopKey !== undefined && isDpop(members['token_type'])
  if (!isBound && !isBearer(members['token_type'], profile)) return { refused: 'token_type' }

  const patient = patientOf(members, token, profile, fhirBaseUrl)
  if (patient === null) return { refused: 'patient' }
  const encounter = resourceId(members['encounter'], 'Encounter', fhirBaseUrl)
  if (encounter === null) return { refused: 'encounter' }

  const { warnings: timeWarnings, ...times } = tokenTimes(
    members,
    receivedAt,
    profile.defaultTokenSeconds,
  )
  const { scopes, isLegacy } = grantedScopes(members['scope'])
  const refreshToken = text(members['refresh_token'])?.trim()
  const idToken = text(members['id_token'])?.trim()
  const fhirUser = text(members['fhirUser'])
  return {
    grant: {
      accessToken: accessToken(token, isBound ? dpopKey : undefined),
      ...(refreshToken && { refreshToken: new Secret(refreshToken) }),
      ...(idToken && { idToken }),
      ...times,
      scopes: scopes ?? expected,
      ...(patient !== undefined && { patient }),
      ...(encounter !== undefined && { encounter }),
      ...(fhirUser && { fhirUser }),
      context: launchContext(members),
      extras: extraMembers(members),
      warnings: [
        ...(members['token_type'] === undefined ? ['token_type_unstated'] : []),
        ...timeWarnings,
        ...(scopes ? scopeWarnings(scopes, expected) : ['scope_unstated']),
        ...(isLegacy ? ['scope_legacy'] : []),
      ],
    },
  }
}

function isBearer(value: unknown, { tokenTypeAliases }: VendorBehavior): boolean {
  if (value === undefined || value === null || value === '') return true
  if (typeof value !== 'string') return false
  return ['Bearer', ...tokenTypeAliases].some(
    (word) => word.toLowerCase() === value.trim().toLowerCase(),
  )
}

function isDpop(value: unknown): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === 'dpop'
}

/** Of the response, or of a claim of the access token: the two sources that are in it. */
function patientOf(
  members: Readonly<Record<string, unknown>>,
  accessToken: string,
  { patientSources }: VendorBehavior,
  fhirBaseUrl: string,
): string | null | undefined {
  for (const source of patientSources) {
    const claim = source.startsWith('access-token:') ? source.slice('access-token:'.length) : ''
    const value =
      source === 'response' ? members['patient'] : claim ? claimOf(accessToken, claim) : undefined
    const id = resourceId(value, 'Patient', fhirBaseUrl)
    if (id !== undefined) return id
  }
  return undefined
}

/** Only a profile that names the claim has an access token decoded; it may be opaque all the same. */
function claimOf(accessToken: string, name: string): unknown {
  try {
    return decodeJwt(accessToken)[name]
  } catch {
    return undefined
  }
}

function scopeWarnings(granted: readonly string[], asked: readonly string[]): readonly string[] {
  return [
    ...(asked.every((scope) => covers(granted, scope)) ? [] : ['scope_reduced']),
    ...(granted.every((scope) => covers(asked, scope)) ? [] : ['scope_extra']),
  ]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
