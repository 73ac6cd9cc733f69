import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import { profileOf } from '#core/vendors/profile-of.ts'

const TIMEOUT_MS = 3_000
const MAX_BYTES = 64 * 1024

/** Claims of the person who signed on, by OpenID Connect's names. */
export type UserClaims = Readonly<Record<string, unknown>>

/**
 * Asks the server who an access token is of, where its vendor's profile says that this is how it is
 * known: its userinfo endpoint, or the request of the connection. Nobody is signed on where it does not
 * say.
 *
 * @param options.subject of the ID token, which userinfo must be about (OpenID Connect Core §5.3.2)
 * @throws BrokerError `identity_unknown`
 */
export async function readUserClaims(
  connection: Connection,
  grant: TokenGrant,
  options: {
    readonly subject: string | undefined
    readonly userinfoEndpoint: string | undefined
    readonly egress: Egress
    readonly launchId: string
  },
): Promise<UserClaims> {
  const { subject, userinfoEndpoint, egress, launchId } = options
  const { userSource } = profileOf(connection)
  if (userSource === 'id-token') return {}

  const unknown = (reason: string, cause?: unknown) =>
    new BrokerError('identity_unknown', {
      cause,
      detail: { launchId, connection: connection.id, reason },
    })
  const address = userSource === 'userinfo' ? userinfoEndpoint : connection.userRequest?.url
  if (address === undefined) throw unknown('no_address')

  let answer: unknown
  try {
    const response = await egress(
      address,
      {
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${grant.accessToken.reveal()}`,
        },
      },
      { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, hosts: [new URL(address).host] },
    )
    if (response.status !== 200) throw unknown(`status_${response.status}`)
    answer = await response.json()
  } catch (error) {
    if (!(error instanceof BrokerError)) throw unknown('not_json', error)
    throw error.code === 'identity_unknown' ? error : unknown(error.code, error)
  }

  const claims = userSource === 'userinfo' ? answer : pointed(answer, connection)
  if (!isClaims(claims)) throw unknown('no_subject')
  if (subject !== undefined && claims.sub !== subject) throw unknown('subject_mismatch')
  return claims
}

function pointed(answer: unknown, { userRequest }: Connection) {
  if (!userRequest) return undefined
  const { subject, name, email } = userRequest
  return {
    sub: text(at(answer, subject)),
    ...(name && { name: text(at(answer, name)) }),
    ...(email && { email: text(at(answer, email)) }),
  }
}

/** The member that a JSON Pointer names (RFC 6901). */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (inner, step) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
          ? (inner as Record<string, unknown>)[step]
          : undefined,
      value,
    )
}

/** Ids are numbers here and there. */
function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isClaims(value: unknown): value is UserClaims & { readonly sub: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sub' in value &&
    typeof value.sub === 'string' &&
    value.sub !== ''
  )
}
