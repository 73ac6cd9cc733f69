import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { memoryTokenVault } from '#adapters/memory/token-vault.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { grantOf } from '#core/system-access/client-credentials-grant.ts'
import { systemAccessTokens } from '#core/system-access/system-access-tokens.ts'
import { isSystemTokens } from '#core/system-access/system-tokens-row.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { joseSigner } from '../../../support/jose-signer.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const signer = await joseSigner('RS384')
const TOKEN_URL = 'https://login.general.example/token'
const refuses = (status: number, error: string) => () => Response.json({ error }, { status })

function setup(given = ['openid', 'system/Patient.rs', 'system/Observation.rs']) {
  const registration = aRegistration({ authentication: { method: 'private_key_jwt' } })
  const registryWith = (scopes: readonly string[]) =>
    aRegistry({
      registrations: [registration],
      connections: [aConnection({ fhirAuthority: 'system', scopes })],
    })
  const sessions = memorySessionStore()
  const vault = memoryTokenVault()
  const requests: URLSearchParams[] = []
  const clock = { now: NOW }
  const now = () => clock.now
  const log = recordingLog()
  let answer = () =>
    Response.json({
      access_token: `system-${requests.length}`,
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/Patient.rs',
    })
  const egress = async (_url: string | URL, init?: RequestInit) => {
    requests.push(new URLSearchParams(String(init?.body)))
    return answer()
  }
  /** As every instance of the function has it: its own memory, the stores in common. */
  const instance = (scopes = given) => {
    const registry = registryWith(scopes)
    const deps = { registry, egress, secrets: memorySecretReader(), signers: [signer], now }
    return systemAccessTokens({
      tokens: accessTokens({
        sessions,
        vault,
        registry,
        rescue: memoryRescueStore(now),
        refreshGrant: grantOf(async () => ({ kind: 'revoked' }), deps),
        log,
        now,
      }),
      sessions,
      vault,
      registry,
      discovery: async () => ({
        issuer: 'https://login.general.example',
        authorization_endpoint: 'https://login.general.example/authorize',
        token_endpoint: TOKEN_URL,
      }),
      now,
    })
  }
  const session = (id: string) =>
    aSession({ id, authority: 'system', tokenVersion: 0, sealedTokens: new Uint8Array() })
  const tokenFor = async (id: string, by = instance()) =>
    (await by.freshAccessToken(session(id))).accessToken.reveal()
  const answers = (how: () => Response) => {
    answer = how
  }
  return { instance, session, tokenFor, sessions, requests, clock, answers, log }
}

describe('a connection’s own access', () => {
  it('is one request for any number of sessions, callers and instances (BK-03)', async () => {
    const { instance, tokenFor, requests } = setup()
    const instances = [instance(), instance(), instance()]

    const tokens = await Promise.all(
      Array.from({ length: 60 }, (_, i) => tokenFor(`session-${i % 20}`, instances[i % 3])),
    )

    expect(new Set(tokens)).toEqual(new Set(['system-1']))
    expect(requests).toHaveLength(1)
  })

  it('is asked for by SMART Backend Services, with the system scopes alone (BK-01, BK-02, IN-08)', async () => {
    const { tokenFor, requests } = setup()

    await tokenFor('session-1')

    const { client_assertion = '', ...body } = Object.fromEntries(requests[0] ?? [])
    expect(body).toEqual({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs system/Observation.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    expect(decodeJwt(client_assertion)).toMatchObject({
      iss: 'client-at-general',
      sub: 'client-at-general',
      aud: TOKEN_URL,
    })
  })

  it('is renewed when it is due, or refused, once for all, and never by a refresh token (BK-03, IN-08)', async () => {
    const { instance, session, tokenFor, requests, clock } = setup()
    const by = instance()
    await tokenFor('session-1', by)

    clock.now += 120
    expect(await tokenFor('session-2', by)).toBe('system-1')
    clock.now += 130
    expect(await Promise.all(['a', 'b'].map((id) => tokenFor(id, by)))).toEqual([
      'system-2',
      'system-2',
    ])
    const rejected = new Secret('system-2')
    const again = await by.freshAccessToken(session('a'), { rejected })
    expect([again.accessToken.reveal(), again.session.id]).toEqual(['system-3', 'a'])
    expect(requests.map((sent) => sent.get('grant_type'))).toEqual(
      Array(3).fill('client_credentials'),
    )
  })

  it('stands in a row that no SessionID names, sealed, and found by no refresher', async () => {
    const { tokenFor, sessions } = setup()
    await tokenFor('session-1')

    const [row] = sessions.all()
    expect(row && isSystemTokens(row.id)).toBe(true)
    expect(isSystemTokens(sessionKey(new Secret('anything')))).toBe(false)
    expect(row).not.toHaveProperty('renewAhead')
    expect(row).toMatchObject({ accessTokenExpiresAt: NOW + 300, refreshDueAt: NOW + 240 })
    expect(JSON.stringify({ ...row, sealedTokens: '' })).not.toContain('system-1')
  })

  it('is one for each set of scopes, in whatever order they stand', async () => {
    const { instance, tokenFor, requests, sessions } = setup([
      'system/Patient.rs',
      'system/Task.rs',
    ])
    await tokenFor('session-1')

    const reordered = instance(['system/Task.rs', 'openid', 'system/Patient.rs'])
    expect(await tokenFor('session-2', reordered)).toBe('system-1')
    expect(await tokenFor('session-3', instance(['system/Patient.rs']))).toBe('system-2')
    expect(requests.map((sent) => sent.get('scope'))).toEqual([
      'system/Patient.rs system/Task.rs',
      'system/Patient.rs',
    ])
    expect(sessions.all()).toHaveLength(2)
  })

  it('outlives midnight by a new row, and no row outlives its day for long', async () => {
    const { tokenFor, sessions, clock } = setup()
    await tokenFor('session-1')
    clock.now += 86_400

    expect(await tokenFor('session-1')).toBe('system-2')
    expect(sessions.all().map(({ expiresAt }) => expiresAt - NOW)).toEqual([90_000, 176_400])
  })

  it.each([
    ['refuses the client', refuses(401, 'invalid_client')],
    ['refuses the grant', refuses(400, 'invalid_grant')],
    ['refuses the scope', refuses(400, 'invalid_scope')],
    ['is down', refuses(503, 'temporarily_unavailable')],
  ])('ends no session when the server %s, and is there when it comes round', async (_, how) => {
    const { tokenFor, answers, clock } = setup()
    answers(how)

    await expect(tokenFor('session-1')).rejects.toMatchObject({ code: 'upstream_unavailable' })

    answers(() => Response.json({ access_token: 'at-last', token_type: 'bearer', expires_in: 300 }))
    clock.now += 3_600
    expect(await tokenFor('session-1')).toBe('at-last')
  })

  it('is none for a session whose connection has another authority now', async () => {
    const { instance, session } = setup()
    const strange = { ...session('session-1'), app: 'other' }

    await expect(instance().freshAccessToken(strange)).rejects.toMatchObject({
      code: 'session_over',
    })
  })

  it('gives each session a paging key of its own', async () => {
    const { instance, session } = setup()
    const by = instance()
    const key = async (id: string) => (await by.pagingKey(session(id))).reveal()

    expect(await key('a')).toMatch(/^[\w-]{43}$/)
    expect(await key('a')).toBe(await key('a'))
    expect(await key('a')).not.toBe(await key('b'))
  })
})
