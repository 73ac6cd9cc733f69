import { UnsecuredJWT } from 'jose'
import { readTokenAnswer } from '#core/oauth/token-answer.ts'
import { readGrant, type TokenGrant } from '#core/oauth/token-grant.ts'
import { profileOf, type VendorChoice } from '#core/vendors/profile-of.ts'
import { NOW } from '../fixtures.ts'

export const BASE = 'https://ehr.example/fhir'
/** What the launch asked for. */
export const ASKED = ['openid', 'fhirUser', 'patient/Observation.read']

/** An answer of a token endpoint, and what it is read by. */
export interface Sent {
  /** Text is sent as it is, bytes without a content type. */
  readonly body: unknown
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly vendor?: VendorChoice
  readonly scopes?: readonly string[]
}

/** A token endpoint's answer brought into its normal form, secrets in clear. */
export async function normal({
  body,
  status = 200,
  headers = {},
  vendor = {},
  scopes = ASKED,
}: Sent) {
  const profile = profileOf(vendor)
  const answer = await answered({ body, status, headers, vendor })
  if (answer.kind !== 'tokens') return answer
  const read = readGrant(answer.members, { profile, fhirBaseUrl: BASE, scopes, receivedAt: NOW })
  return 'refused' in read ? read : shown(read.grant)
}

/** What kind of an answer it is. */
export function answered({ body, status = 200, headers = {}, vendor = {} }: Sent) {
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return readTokenAnswer(new Response(sent, { status, headers }), profileOf(vendor))
}

function shown({ accessToken, refreshToken, ...rest }: TokenGrant) {
  const absent = { patient: undefined, idToken: undefined, refreshExpiresAt: undefined }
  return {
    ...absent,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
    ...rest,
  }
}

/** A good answer, but for these members. */
export const tokens = (members: Readonly<Record<string, unknown>>) => ({
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 60,
  scope: ASKED.join(' '),
  ...members,
})

export const jwt = (claims: Record<string, unknown>) => new UnsecuredJWT(claims).encode()
