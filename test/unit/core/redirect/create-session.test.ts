import { createHash } from 'node:crypto'
import type { IDToken } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { memoryTokenVault } from '#adapters/memory/token-vault.ts'
import { signOnKeys } from '#core/logout/sign-on-key.ts'
import { createSession } from '#core/redirect/create-session.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { aConnection, NOW } from '../../../fixtures.ts'

/** The session of a grant whose access token lives so long. */
async function setup(
  lifeSeconds: number,
  refreshToken?: Secret,
  options: {
    readonly connection?: Partial<Connection>
    readonly extras?: Readonly<Record<string, unknown>>
    readonly consentExpiresAt?: number
    readonly iss?: string
    readonly sid?: string
    readonly signedOn?: false
    readonly launch?: Partial<TakenLaunch>
    readonly scopes?: readonly string[]
  } = {},
) {
  const { extras = {}, consentExpiresAt } = options
  const sessions = memorySessionStore()
  const launch = {
    tokenEndpoint: 'https://login.general.example/token',
    issuer: 'https://login.general.example',
    ...options.launch,
  } as TakenLaunch
  const grant = {
    accessToken: new Secret('access'),
    ...(refreshToken && { refreshToken }),
    expiresAt: NOW + lifeSeconds,
    scopes: options.scopes ?? ['openid'],
    patient: 'pat-1',
    context: {},
    extras,
    warnings: [],
    ...(consentExpiresAt !== undefined && { consentExpiresAt }),
  }
  const deps = { sessions, vault: memoryTokenVault(), now: () => NOW }
  const connection = aConnection(options.connection)
  const { sid, signedOn = true } = options
  const idToken = { iss: options.iss ?? launch.issuer, sub: 'user-1', ...(sid && { sid }) }
  const signOn = {
    clientId: 'client-at-general',
    idToken: signedOn ? (idToken as unknown as IDToken) : undefined,
  }
  const { session, sessionId } = await createSession(launch, connection, grant, signOn, deps)
  const kept = await sessions.read(session.id)
  if (!kept) throw new Error('the session was not kept')
  const { id, tokenVersion, sealedTokens } = kept
  const binding = { session: id, tokenVersion, connection: connection.id }
  return { ...kept, sessionId, tokens: await deps.vault.open(sealedTokens, binding) }
}

describe('createSession', () => {
  it('is kept under the hash of a SessionID of 256 random bits', async () => {
    const { id, sessionId } = await setup(600)

    expect(Buffer.from(sessionId.reveal(), 'base64url')).toHaveLength(32)
    expect(id).toBe(createHash('sha256').update(sessionId.reveal()).digest('base64url'))
  })

  it('keeps the client that its tokens were issued to, for which alone they can be renewed', async () => {
    const { tokens } = await setup(600, new Secret('refresh'))

    expect(tokens.clientId).toBe('client-at-general')
  })

  it('is found by the sign-on that its launch followed, and ends with it', async () => {
    const keys = { sidKey: 'sid-of-saml', subjectKey: 'subject-of-saml' }
    const launch = { signOnKeys: keys, signOnEndsAt: NOW + 900 }

    expect(await setup(180, new Secret('refresh'), { sid: 'sid-1', launch })).toMatchObject({
      ...keys,
      expiresAt: NOW + 900,
    })
  })

  it('has tokens renewed ahead, and is looked at when they are due', async () => {
    const session = await setup(180, new Secret('refresh'))

    expect(session).toMatchObject({ renewAhead: true, dueAt: session.refreshDueAt })
    expect(session.refreshDueAt).toBeGreaterThanOrEqual(NOW + 120)
    expect(session.refreshDueAt).toBeLessThanOrEqual(NOW + 150)
  })

  it.each([
    ['tokens that live under three minutes', 179, {}],
    ['those that are good while the person is there', 600, { scopes: ['online_access'] }],
  ])(
    'leaves %s to who asks for them, and is looked at when it may be idle',
    async (_, life, of) => {
      const session = await setup(life, new Secret('refresh'), of)

      expect([session.renewAhead, session.dueAt]).toEqual([undefined, NOW + 3_600])
      expect(session.refreshDueAt).toBeGreaterThanOrEqual(NOW + life - 60)
    },
  )

  it('renews by the margin of the vendor’s profile', async () => {
    const connection = { vendorOverrides: { refreshMarginSeconds: 120 } }

    const { refreshDueAt } = await setup(600, new Secret('refresh'), { connection })

    expect(refreshDueAt).toBeGreaterThanOrEqual(NOW + 480)
    expect(refreshDueAt).toBeLessThanOrEqual(NOW + 540)
  })

  it('ends with the person’s consent, if that is sooner', async () => {
    const consentExpiresAt = NOW + 7_200

    expect(await setup(600, new Secret('refresh'), { consentExpiresAt })).toMatchObject({
      expiresAt: NOW + 7_200,
    })
  })

  it('keeps members of the response that every FHIR request will want, and no others', async () => {
    const extras = { ah_practice: 'a-1.Practice-80000', other: 'x' }
    const connection = { vendor: 'athenahealth' } as const

    expect((await setup(600, undefined, { extras, connection })).members).toEqual({
      ah_practice: 'a-1.Practice-80000',
    })
    expect(await setup(600, undefined, { extras })).not.toHaveProperty('members')
  })

  it('remembers whose ID token it was, under an alias of the issuer too', async () => {
    const iss = 'https://login.general.example/oidc/idsps/42/'

    expect((await setup(600)).tokens).toMatchObject({ subject: 'user-1' })
    expect((await setup(600)).tokens).not.toHaveProperty('idTokenIssuer')
    expect((await setup(600, undefined, { iss })).tokens).toMatchObject({ idTokenIssuer: iss })
  })

  it('is found by the provider’s session and by the person, and holds neither in clear', async () => {
    const { tokens, ...session } = await setup(3_600, undefined, { sid: 'provider-session-1' })

    expect(session).toMatchObject(
      signOnKeys({
        issuer: 'https://login.general.example',
        clientId: 'client-at-general',
        sid: 'provider-session-1',
        subject: 'user-1',
      }),
    )
    expect(JSON.stringify(session)).not.toMatch(/provider-session-1/)
  })

  it('is found under the name of the issuer that its ID token has', async () => {
    const iss = 'https://login.general.example/oidc/idsps/42/'
    const { sidKey } = signOnKeys({ issuer: iss, clientId: 'client-at-general', sid: 'sid-1' })

    expect(await setup(3_600, undefined, { sid: 'sid-1', iss })).toMatchObject({ sidKey })
  })

  it('is found by nobody’s logout when nobody signed on', async () => {
    expect(await setup(3_600, undefined, { signedOn: false })).not.toHaveProperty('subjectKey')
  })

  it('leaves tokens that cannot be renewed, and is looked at when they end', async () => {
    const session = await setup(600)

    expect([session.renewAhead, session.refreshDueAt]).toEqual([undefined, undefined])
    expect([session.expiresAt, session.dueAt]).toEqual([NOW + 600, NOW + 600])
  })
})
