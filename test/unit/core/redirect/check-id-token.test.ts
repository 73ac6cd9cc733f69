import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Egress, EgressOptions } from '#core/egress.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import { checkIdToken } from '#core/redirect/check-id-token.ts'
import { idTokenKeys } from '#core/redirect/id-token-keys.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import type { Connection } from '#core/registry/registry.ts'
import { aConnection, aRegistration } from '../../../fixtures.ts'

const ISSUER = 'https://login.general.example'
const ALIAS = `${ISSUER}/oidc/idsps/42/`
const now = () => Math.floor(Date.now() / 1_000)

interface Key {
  readonly privateKey: CryptoKey
  readonly jwk: Readonly<Record<string, unknown>>
}

async function aKey(kid: string, alg = 'RS256'): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

let first: Key
let second: Key
let curve: Key
let small: Key
let strangers: readonly Key[]
beforeAll(async () => {
  ;[first, second, curve, small, ...strangers] = await Promise.all([
    aKey('k1'),
    aKey('k2'),
    aKey('k3', 'ES384'),
    aKey('k4', 'ES256'),
    aKey('k3', 'ES384'),
    aKey('k4', 'ES256'),
  ])
})

/** A server whose published keys and documents a test may change, and what was asked of it. */
function setup(connection: Partial<Connection> = {}, keys: readonly Key[] = [first, curve]) {
  const world = { keys, clock: now(), documents: {} as Record<string, unknown> }
  const asked: string[] = []
  const limits: EgressOptions[] = []
  const egress: Egress = async (url, _init, options = {}) => {
    asked.push(String(url))
    limits.push(options)
    const document = world.documents[String(url)]
    if (document !== undefined) return Response.json(document)
    if (String(url) !== `${ISSUER}/jwks`) return new Response('', { status: 404 })
    return Response.json({ keys: world.keys.map(({ jwk }) => jwk) })
  }
  const sets = idTokenKeys({ egress, now: () => world.clock })

  const check = (idToken: string | undefined, scopes = ['openid']) => {
    const launch = {
      launchId: 'abc',
      connection: 'general-production',
      issuer: ISSUER,
      tokenEndpoint: `${ISSUER}/token`,
      jwksUri: `${ISSUER}/jwks`,
      nonce: 'nonce-1',
      scopes,
    } as unknown as TakenLaunch
    return checkIdToken(
      { idToken } as TokenGrant,
      launch,
      { registration: aRegistration(), connection: aConnection(connection) },
      { egress, keys: sets, now },
    )
  }
  return { check, asked, limits, world }
}

async function idToken(
  changes: JWTPayload = {},
  {
    key = first,
    header = {},
  }: { readonly key?: Key; readonly header?: Record<string, string> } = {},
): Promise<string> {
  const { kid, alg } = key.jwk as { kid: string; alg: string }
  return new SignJWT({ ...claims(), ...changes })
    .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
    .sign(key.privateKey)
}

function claims(): JWTPayload {
  return {
    iss: ISSUER,
    sub: 'user-1',
    aud: 'client-at-general',
    iat: now(),
    exp: now() + 300,
    nonce: 'nonce-1',
  }
}

const invalid = { code: 'id_token_invalid' }

describe('checkIdToken', () => {
  it('takes one that is right, and its audience as a list of one (RP-01, RP-06, RP-11)', async () => {
    const { check } = setup()

    expect(await check(await idToken())).toMatchObject({ sub: 'user-1' })
    expect(await check(await idToken({ aud: ['client-at-general'] }))).toMatchObject({
      sub: 'user-1',
    })
  })

  it.each([
    ['another issuer (RP-04)', { iss: 'https://evil.example' }],
    ['no issuer (RP-04)', { iss: undefined }],
    ['another audience (RP-05)', { aud: 'somebody' }],
    ['no audience (RP-05)', { aud: undefined }],
    [
      'a second audience (RP-07)',
      { aud: ['client-at-general', 'somebody'], azp: 'client-at-general' },
    ],
    ['no iat (RP-08)', { iat: undefined }],
    ['no sub (RP-08)', { sub: undefined }],
    ['no exp (RP-09)', { exp: undefined }],
    ['an end that is past (RP-09)', { exp: 1_000 }],
    ['an iat a week ago (RP-10)', { iat: Math.floor(Date.now() / 1_000) - 604_800 }],
    ['another nonce (RP-18)', { nonce: 'nonce-2' }],
    ['no nonce (RP-18)', { nonce: undefined }],
  ])('refuses one with %s', async (_what, changes) => {
    await expect(setup().check(await idToken(changes as JWTPayload))).rejects.toMatchObject(invalid)
  })

  it('refuses a signature that is not the server’s (RP-12, RP-13)', async () => {
    const forged = await idToken({}, { key: second, header: { kid: 'k1' } })
    const other = await idToken({}, { key: curve, header: { alg: 'ES384', kid: 'k1' } })

    await expect(setup().check(forged)).rejects.toMatchObject(invalid)
    await expect(setup().check(other)).rejects.toMatchObject(invalid)
  })

  it('refuses a signature on a curve by a stranger, under the key’s own name (RP-12)', async () => {
    const { check } = setup({}, [first, curve, small])

    for (const key of [curve, small]) {
      expect(await check(await idToken({}, { key }))).toMatchObject({ sub: 'user-1' })
    }
    expect(strangers.map(({ jwk }) => jwk['kid'])).toEqual(['k3', 'k4'])
    for (const key of strangers) {
      await expect(check(await idToken({}, { key }))).rejects.toMatchObject(invalid)
    }
  })

  it('refuses none and a shared secret for a signature (RP-13, RP-14, RP-15)', async () => {
    const none = new UnsecuredJWT(claims()).encode()
    const shared = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('client-secret-of-32-characters-0'))

    await expect(setup().check(none)).rejects.toMatchObject(invalid)
    await expect(setup().check(shared)).rejects.toMatchObject(invalid)
  })

  it('refuses an algorithm that the vendor does not sign with (RP-13)', async () => {
    const signed = await idToken({}, { key: curve })

    expect(await setup().check(signed)).toMatchObject({ sub: 'user-1' })
    await expect(setup({ vendor: 'epic' }).check(signed)).rejects.toMatchObject(invalid)
  })

  it('refuses that there is none where openid was asked for, and looks at none where not (NF-54)', async () => {
    const { check } = setup()

    await expect(check(undefined)).rejects.toMatchObject(invalid)
    expect(await check('anything', ['launch'])).toBeUndefined()
    expect(await setup({ vendor: 'aetna' }).check('anything')).toBeUndefined()
    expect(await setup({ vendor: 'oauth2' }).check(await idToken())).toBeUndefined()
  })

  it('takes a key without an id only where one key fits (RP-16, RP-17)', async () => {
    const { kid, ...anonymous } = first.jwk
    const unnamed = await idToken({}, { header: { kid: undefined as never } })

    expect(kid).toBe('k1')
    expect(await setup({}, [{ ...first, jwk: anonymous }]).check(unnamed)).toMatchObject({
      sub: 'user-1',
    })
    await expect(setup({}, [first, second]).check(unnamed)).rejects.toMatchObject(invalid)
  })

  describe('keys that change', () => {
    it('reads the key set again for a key that is not in it, at once (RP-21)', async () => {
      const { check, world, asked, limits } = setup()
      await check(await idToken())
      world.keys = [first, second]

      expect(await check(await idToken({}, { key: second }))).toMatchObject({ sub: 'user-1' })
      expect(asked).toHaveLength(2)
      for (const one of limits) {
        expect(one).toMatchObject({ timeoutMs: 2_000, maxBytes: 256 * 1_024 })
        expect(one.hosts).toContain('ehr.general.example')
      }
    })

    it('is read once a minute at most by a flood of made-up keys', async () => {
      const { check, asked } = setup()
      await check(await idToken())

      for (let i = 0; i < 20; i += 1) {
        const made = await idToken({}, { header: { kid: `made-up-${i}` } })
        await expect(check(made)).rejects.toMatchObject(invalid)
      }

      expect(asked).toHaveLength(2)
    })
  })

  describe('what a vendor’s profile says', () => {
    it('takes an issuer of its aliases, and none that only looks like it (NF-56)', async () => {
      const { check } = setup({ vendorOverrides: { issuerAliases: ['{issuer}/oidc/idsps/*/'] } })

      expect(await check(await idToken({ iss: ALIAS }))).toMatchObject({ sub: 'user-1' })
      for (const iss of [
        `${ISSUER}/oidc/idsps//`,
        `${ISSUER}/oidc/idsps/4/2/`,
        `${ISSUER}/oidc/idsps/42`,
        `${ISSUER}.evil.example/oidc/idsps/42/`,
        'https://evil.example/oidc/idsps/42/',
      ]) {
        await expect(check(await idToken({ iss }))).rejects.toMatchObject(invalid)
      }
    })

    it('takes the issuer of the tenant that the token is of, and of no other (NF-55)', async () => {
      const issuerAliases = [`${ISSUER}/{tenantid}/v2.0`]
      const { check } = setup({ vendor: 'entra', vendorOverrides: { issuerAliases } })
      const iss = `${ISSUER}/9188040d-6c67/v2.0`

      expect(await check(await idToken({ iss, tid: '9188040d-6c67' }))).toMatchObject({ iss })
      for (const tid of ['another-tenant', '.*', '[^/]+', '', undefined, 7]) {
        await expect(check(await idToken({ iss, tid }))).rejects.toMatchObject(invalid)
      }
      await expect(check(await idToken({ iss: `${ISSUER}//v2.0`, tid: '' }))).rejects.toThrow()
    })

    it('takes only the tenants that are listed, where they are (NF-55)', async () => {
      const issuerAliases = [`${ISSUER}/tenant-1/v2.0`]
      const { check } = setup({ vendor: 'entra', vendorOverrides: { issuerAliases } })
      const of = (tid: string) => idToken({ iss: `${ISSUER}/${tid}/v2.0`, tid })

      expect(await check(await of('tenant-1'))).toMatchObject({ sub: 'user-1' })
      await expect(check(await of('tenant-2'))).rejects.toMatchObject(invalid)
    })

    it('reads the keys where the accepted issuer publishes them, and nowhere else (SM-68)', async () => {
      const { check, world, asked } = setup({ vendor: 'oracle-health', scopes: ['openid'] })
      const where = `${ALIAS}.well-known/openid-configuration`
      world.documents = {
        [where]: { jwks_uri: `${ISSUER}/elsewhere` },
        [`${ISSUER}/elsewhere`]: { keys: [second.jwk] },
      }

      expect(await check(await idToken({ iss: ALIAS }, { key: second }))).toMatchObject({
        iss: ALIAS,
      })
      const { length } = asked
      const foreign = await idToken({ iss: 'https://evil.example' }, { key: second })
      await expect(check(foreign)).rejects.toThrow()
      expect(asked.slice(length).join(' ')).not.toMatch(/evil/)
    })

    it('takes no keys from a host that the registry does not have', async () => {
      const { check, world } = setup({ vendor: 'oracle-health', scopes: ['openid'] })
      world.documents = {
        [`${ALIAS}.well-known/openid-configuration`]: { jwks_uri: 'https://evil.example/jwks' },
        'https://evil.example/jwks': { keys: [second.jwk] },
      }

      await expect(check(await idToken({ iss: ALIAS }, { key: second }))).rejects.toMatchObject(
        invalid,
      )
    })

    it('does without a nonce only where the profile says so, and takes no wrong one (SM-69)', async () => {
      const { check } = setup({ vendorOverrides: { nonce: 'sent' } })

      expect(await check(await idToken({ nonce: undefined as never }))).toMatchObject({
        sub: 'user-1',
      })
      await expect(check(await idToken({ nonce: 'nonce-2' }))).rejects.toMatchObject(invalid)
    })
  })
})
