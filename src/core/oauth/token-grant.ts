import type { TokenEndpointResponse } from 'oauth4webapi'
import { Secret } from '#core/secret.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'

/**
 * The launch context of SMART App Launch 2.2 beside patient and encounter, by its wire names: what is
 * passed on to the app, and nothing else.
 */
export const LAUNCH_CONTEXT_PARAMETERS = [
  'need_patient_banner',
  'intent',
  'smart_style_url',
  'tenant',
  'fhirContext',
] as const

/** What an authorization server granted, whichever it is. */
export interface TokenGrant {
  readonly accessToken: Secret
  readonly refreshToken?: Secret
  readonly expiresAt: EpochSeconds
  readonly scopes: readonly string[]
  readonly patient?: string
  readonly encounter?: string
  /** The rest of the launch context, by its wire names. */
  readonly context: Readonly<Record<string, unknown>>
}

/**
 * Irons out what servers do differently with a token response that is otherwise in order.
 *
 * No `scope` means that the requested scopes were granted unchanged (RFC 6749 §5.1). An id that is
 * sent as a number or as `Patient/1` is taken as the id (SM-60).
 */
export function toTokenGrant(
  response: TokenEndpointResponse,
  requestedScopes: readonly string[],
  now: Clock,
  { defaultTokenSeconds }: VendorBehavior,
): TokenGrant {
  const { access_token, refresh_token, expires_in, scope } = response
  const patient = resourceId(response['patient'], 'Patient')
  const encounter = resourceId(response['encounter'], 'Encounter')

  return {
    accessToken: new Secret(access_token),
    ...(refresh_token && { refreshToken: new Secret(refresh_token) }),
    expiresAt: now() + (expires_in && expires_in > 0 ? expires_in : defaultTokenSeconds),
    scopes: scope === undefined ? requestedScopes : scope.split(' ').filter(Boolean),
    ...(patient && { patient }),
    ...(encounter && { encounter }),
    context: Object.fromEntries(
      LAUNCH_CONTEXT_PARAMETERS.filter((name) => response[name] !== undefined).map((name) => [
        name,
        response[name],
      ]),
    ),
  }
}

function resourceId(value: unknown, type: string): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  return value.startsWith(`${type}/`) ? value.slice(type.length + 1) : value
}
