import { decodeJwt, decodeProtectedHeader, errors, type JWK, jwtVerify } from 'jose'
import { BrokerError } from '#core/errors.ts'
import type { ApiClient, App, Registry } from '#core/registry/registry.ts'
import type { ReplayStore } from '#core/replay-store.ts'
import type { Clock } from '#core/time.ts'
import type { ClientKeys } from './client-keys.ts'

/** The two algorithms that SMART names, and the key type that each goes with. */
const KEY_TYPES = new Map([
  ['RS384', 'RSA'],
  ['ES384', 'EC'],
])
const SKEW_SECONDS = 60
const LONGEST_LIFETIME_SECONDS = 300

export interface VerifyClientAssertionDeps {
  readonly registry: Pick<Registry, 'findAppByClient'>
  readonly keys: ClientKeys
  readonly replays: ReplayStore
  /** The exact URLs that `aud` may be: those of the token paths. */
  readonly tokenUrls: readonly string[]
  readonly now: Clock
}

/** A client of the API door that has proven itself, and the app it belongs to. */
export interface AuthenticatedClient {
  readonly app: App
  readonly clientId: string
}

/**
 * Checks a client's assertion, in the specification's order: known client, key, signature, claims,
 * and last that it is the first use of its `jti`, so that nobody but the client can use one up. The
 * caller learns of one failure only; which check it was stands in the log.
 *
 * `aud` is a single string, because an assertion that names two servers is good at both.
 *
 * @throws BrokerError `client_assertion_invalid`, `client_keys_unavailable`
 * @see [SMART App Launch 2.2, signature verification](https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#signature-verification)
 * @see [RFC 7523 §3](https://www.rfc-editor.org/rfc/rfc7523.html#section-3)
 */
export async function verifyClientAssertion(
  assertion: string,
  { registry, keys, replays, tokenUrls, now }: VerifyClientAssertionDeps,
): Promise<AuthenticatedClient> {
  const { header, clientId } = unverified(assertion)
  const kty = KEY_TYPES.get(header.alg)
  if (!kty) throw invalid('alg')

  const app = await registry.findAppByClient(clientId)
  const client = app?.clients.find((candidate) => candidate.clientId === clientId)
  if (!app || !client) throw invalid('client_unknown')
  if (header.jku !== undefined && header.jku !== client.jwksUri) throw invalid('jku')

  const key = await findKey(client, header.kid, kty, keys)
  const { jti, exp } = await verified(assertion, key, clientId, tokenUrls, now)
  if (!(await replays.markSeen(clientId, jti, Math.ceil(exp) + SKEW_SECONDS))) {
    throw invalid('jti_seen')
  }
  return { app, clientId }
}

/** What must be known before the signature can be checked. Nothing of it is trusted. */
function unverified(assertion: string) {
  try {
    const { alg = '', kid, jku, typ = 'JWT' } = decodeProtectedHeader(assertion)
    const { iss } = decodeJwt(assertion)
    if (typeof kid !== 'string' || kid === '') throw invalid('kid')
    if (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT') throw invalid('typ')
    if (typeof iss !== 'string' || iss === '') throw invalid('iss')
    return { header: { alg, kid, jku }, clientId: iss }
  } catch (error) {
    throw error instanceof BrokerError ? error : invalid('malformed')
  }
}

async function findKey(
  client: ApiClient,
  kid: string,
  kty: string,
  keys: ClientKeys,
): Promise<JWK> {
  const key = await keys.find(client, kid, kty)
  if (!key) throw invalid('key')
  return key
}

async function verified(
  assertion: string,
  key: JWK,
  clientId: string,
  tokenUrls: readonly string[],
  now: Clock,
) {
  const { payload } = await jwtVerify(assertion, key, {
    algorithms: [...KEY_TYPES.keys()],
    // `iss` is what the client was found by.
    subject: clientId,
    requiredClaims: ['exp'],
    clockTolerance: SKEW_SECONDS,
    currentDate: new Date(now() * 1000),
  }).catch((error) => {
    throw invalid(error instanceof errors.JOSEError ? error.code : 'key_unusable')
  })

  const { aud, exp = 0, jti } = payload
  if (typeof aud !== 'string' || !tokenUrls.includes(aud)) throw invalid('aud')
  if (exp > now() + LONGEST_LIFETIME_SECONDS + SKEW_SECONDS) throw invalid('exp_too_far')
  if (typeof jti !== 'string' || jti === '') throw invalid('jti')
  return { jti, exp }
}

function invalid(reason: string): BrokerError {
  return new BrokerError('client_assertion_invalid', { detail: { reason } })
}
