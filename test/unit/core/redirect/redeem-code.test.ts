import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress, EgressOptions } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { dpopProofs, mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import { redeemCode } from '#core/redirect/redeem-code.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import type { Secret } from '#core/secret.ts'
import { aConnection, aRegistration, NOW } from '../../../fixtures.ts'
import { joseSigner } from '../../../support/jose-signer.ts'

const LAUNCH = {
  launchId: 'abcdefgh',
  connection: 'general-production',
  issuer: 'https://login.general.example',
  tokenEndpoint: 'https://login.general.example/token',
  redirectUri: 'https://broker.example/live/redirect',
  codeVerifier: 'v'.repeat(43),
  state: 'state-1',
} as TakenLaunch

/** Redeems a code at a token endpoint that answers as given. */
async function setup(...answers: readonly (Response | BrokerError)[]) {
  return setupBound(undefined, ...answers)
}

async function setupBound(
  dpopKey: Secret | undefined,
  ...answers: readonly (Response | BrokerError)[]
) {
  const left = [...answers]
  const sent: { init: RequestInit; limits: EgressOptions | undefined; url: string }[] = []
  const egress: Egress = async (url, init = {}, limits) => {
    sent.push({ url: String(url), init, limits })
    const answer = left.shift() ?? new BrokerError('internal_error')
    if (answer instanceof BrokerError) throw answer
    return answer
  }
  const signer = await joseSigner('RS384')
  const redeem = () =>
    redeemCode(
      new URLSearchParams({ code: 'the-code', state: 'state-1' }),
      LAUNCH,
      {
        registration: aRegistration({
          authentication: { method: 'client_secret_basic', secretRef: 'general' },
        }),
        connection: aConnection(),
      },
      { dpopKey, proofs: dpopProofs(() => NOW) },
      {
        egress,
        signers: [signer],
        secrets: memorySecretReader({ general: ['one', 'two'] }),
        now: () => NOW,
      },
    )
  return { redeem, sent }
}

const TOKENS = () => Response.json({ access_token: 'at', token_type: 'Bearer' })

describe('the code', () => {
  it('is posted as a form with the launch’s own redirect URI and verifier, and never by a query (SM-40)', async () => {
    const { redeem, sent } = await setup(TOKENS())

    expect(await redeem()).toMatchObject({ kind: 'tokens', members: { access_token: 'at' } })

    const [{ url, init }] = sent as [(typeof sent)[number]]
    expect(url).toBe(LAUNCH.tokenEndpoint)
    expect(init.method).toBe('POST')
    expect(new Headers(init.headers).get('content-type')).toMatch(
      /^application\/x-www-form-urlencoded/,
    )
    expect(Object.fromEntries(new URLSearchParams(String(init.body)))).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: LAUNCH.redirectUri,
      code_verifier: LAUNCH.codeVerifier,
    })
  })

  it.each([
    'upstream_timeout',
    'upstream_interrupted',
    'upstream_unavailable',
    'upstream_refused',
  ] as const)('is sent once, also after %s (OA-05)', async (code) => {
    const { redeem, sent } = await setup(new BrokerError(code), TOKENS())

    await expect(redeem()).rejects.toMatchObject({
      code: 'authorization_server_unavailable',
      detail: { reason: code },
    })
    expect(sent).toHaveLength(1)
  })

  it('goes to the pinned host alone, within limits of time and size (OA-09)', async () => {
    const { redeem, sent } = await setup(TOKENS())

    await redeem()

    expect(sent[0]?.limits).toMatchObject({
      hosts: ['login.general.example'],
      timeoutMs: 8_000,
      maxBytes: 256 * 1024,
    })
  })

  it('is sent again only where the client was refused, which leaves it unspent', async () => {
    const refused = () => Response.json({ error: 'invalid_client' }, { status: 401 })
    const spent = () => Response.json({ error: 'invalid_grant' }, { status: 400 })

    const other = await setup(refused(), TOKENS())
    expect(await other.redeem()).toMatchObject({ kind: 'tokens' })
    expect(other.sent).toHaveLength(2)

    const over = await setup(spent(), TOKENS())
    expect(await over.redeem()).toMatchObject({ kind: 'error' })
    expect(over.sent).toHaveLength(1)
  })
})

describe('a code whose tokens are to be bound to a key', () => {
  const nonceWanted = () =>
    Response.json(
      { error: 'use_dpop_nonce' },
      { status: 400, headers: { 'dpop-nonce': 'nonce-1' } },
    )
  const proofIn = ({ init }: { readonly init: RequestInit }) =>
    new Headers(init.headers).get('dpop') ?? ''

  it('comes with a proof, of its method and address, fresh each time (DP-01)', async () => {
    const key = mintDpopKey()
    const { redeem, sent } = await setupBound(key, TOKENS(), TOKENS())
    await redeem()
    await redeem()

    const [one = '', other = ''] = sent.map(proofIn)
    const { jwk } = decodeProtectedHeader(one)
    expect(decodeProtectedHeader(one)).toEqual({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk: { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) },
    })
    const { payload } = await jwtVerify(one, await importJWK({ ...jwk }, 'ES256'), {
      currentDate: new Date(NOW * 1_000),
    })
    expect(payload).toEqual({
      htm: 'POST',
      htu: 'https://login.general.example/token',
      iat: NOW,
      jti: expect.any(String),
    })
    expect(decodeJwt(other).jti).not.toBe(payload.jti)
    expect(one).not.toContain(JSON.parse(key.reveal()).d)
  })

  it('is sent once more with the nonce that the server wants, and no third time (DP-02, JW-03)', async () => {
    const { redeem, sent } = await setupBound(mintDpopKey(), nonceWanted(), TOKENS())
    expect(await redeem()).toMatchObject({ kind: 'tokens' })
    expect(sent.map((one) => decodeJwt(proofIn(one))['nonce'])).toEqual([undefined, 'nonce-1'])

    const without = await setupBound(mintDpopKey(), nonceWanted(), nonceWanted(), TOKENS())
    expect(await without.redeem()).toMatchObject({ kind: 'error' })
    expect(without.sent).toHaveLength(2)
  })

  it('comes without one where nothing is to be bound', async () => {
    const { redeem, sent } = await setup(TOKENS())
    await redeem()

    expect(sent.map(proofIn)).toEqual([''])
  })
})

describe('the verifier', () => {
  it('is 43 unreserved characters, and its challenge the base64url of its SHA-256 (PK-01)', async () => {
    const verifiers = Array.from({ length: 200 }, generateRandomCodeVerifier)

    expect(new Set(verifiers).size).toBe(200)
    for (const verifier of verifiers) {
      expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
      expect(await calculatePKCECodeChallenge(verifier)).toBe(
        createHash('sha256').update(verifier).digest('base64url'),
      )
    }
    // RFC 7636, appendix B.
    expect(await calculatePKCECodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })
})
