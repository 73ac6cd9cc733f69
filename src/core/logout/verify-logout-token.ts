import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

const ALGORITHMS = ['RS256', 'RS384', 'ES256', 'ES384']
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const SKEW_SECONDS = 60

/** A logout is told at once; an older token is a replay. */
const LONGEST_AGE_SECONDS = 600

/** What a logout token says is over: one session at the provider, or all of a person's. */
export interface LoggedOut {
  readonly sid?: string
  readonly subject?: string
  readonly jti: string
  /** From then on the token is refused for its age. */
  readonly replayableUntil: EpochSeconds
}

/**
 * Checks a logout token: the provider's signature and all that the specification demands of its
 * claims. A `nonce` is forbidden and the event demanded, so that no ID token passes for one.
 *
 * @throws BrokerError `logout_token_invalid`, its detail naming what was wrong
 * @see [OpenID Connect Back-Channel Logout 1.0 §2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation)
 */
export async function verifyLogoutToken(
  token: string,
  {
    issuer,
    clientId,
    keys,
    now,
  }: {
    readonly issuer: string
    readonly clientId: string
    readonly keys: JWTVerifyGetKey
    readonly now: Clock
  },
): Promise<LoggedOut> {
  if (!isLogoutTokenType(token)) throw invalid('typ')
  const payload = await verified(token, issuer, clientId, keys, now)

  const { iat = 0, jti, sid, sub, nonce, events } = payload
  if (iat > now() + SKEW_SECONDS) throw invalid('iat')
  if (nonce !== undefined) throw invalid('nonce')
  if (!isLogoutEvent(events)) throw invalid('events')
  if (typeof jti !== 'string' || jti === '') throw invalid('jti')
  if (sid !== undefined && (typeof sid !== 'string' || sid === '')) throw invalid('sid')
  if (sub === '' || (sid === undefined && sub === undefined)) throw invalid('sub')

  return {
    ...(sid !== undefined && { sid }),
    ...(sub !== undefined && { subject: sub }),
    jti,
    replayableUntil: Math.ceil(iat) + LONGEST_AGE_SECONDS + SKEW_SECONDS,
  }
}

async function verified(
  token: string,
  issuer: string,
  clientId: string,
  keys: JWTVerifyGetKey,
  now: Clock,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      requiredClaims: ['iat'],
      maxTokenAge: LONGEST_AGE_SECONDS,
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now() * 1000),
    })
    return payload
  } catch (error) {
    if (error instanceof BrokerError) throw error
    const isClaim =
      error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
    throw invalid(isClaim ? error.claim : 'signature', error)
  }
}

/** `logout+jwt` is recommended, and many providers say `JWT` or nothing. */
function isLogoutTokenType(token: string): boolean {
  try {
    const { typ } = decodeProtectedHeader(token)
    return typ === undefined || /^(application\/)?(logout\+)?jwt$/i.test(typ)
  } catch {
    throw invalid('malformed')
  }
}

function isLogoutEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false
  const event = (events as Readonly<Record<string, unknown>>)[EVENT]
  return typeof event === 'object' && event !== null
}

function invalid(parameter: string, cause?: unknown): BrokerError {
  return new BrokerError('logout_token_invalid', { cause, detail: { parameter } })
}
