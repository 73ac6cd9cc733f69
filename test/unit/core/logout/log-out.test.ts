import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import type { Happening } from '#core/events/broker-event.ts'
import { backChannelLogOut, frontChannelLogOut, type LogOutDeps } from '#core/logout/log-out.ts'
import { type SignOnKeys, signOnKeys } from '#core/logout/sign-on-key.ts'
import type { Connection } from '#core/registry/registry.ts'
import { aConnection, aRegistration, aRegistry, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const ISSUER = 'https://login.general.example'
const CLIENT = 'client-at-general'
const provider = await generateKeyPair('RS256')

function setup(vendorOverrides: Connection['vendorOverrides'] = {}) {
  const searched: SignOnKeys[] = []
  const ended: string[] = []
  const keysRead: string[] = []
  const told: Happening[] = []
  const deps: LogOutDeps = {
    registry: aRegistry({
      connections: [aConnection({ vendorOverrides })],
      registrations: [aRegistration()],
    }),
    discovery: async () =>
      ({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }) as AuthorizationServerMetadata,
    egress: async (url) => Response.json({ issuer: ISSUER, jwks_uri: `${url}/keys` }),
    keysAt: (jwksUri) => {
      keysRead.push(jwksUri)
      return async () => provider.publicKey
    },
    replays: memoryReplayStore(),
    sessions: {
      async find(keys) {
        searched.push(keys)
        return [
          { id: 'one', app: 'heartline', connection: 'general-production' },
          { id: 'two', app: 'heartline', connection: 'general-staging' },
        ]
      },
    },
    endSession: async (id) => void ended.push(id),
    events: { emit: async (happening) => void told.push(happening) },
    log: recordingLog(),
    now: () => NOW,
  }
  return { searched, ended, told, keysRead, deps }
}

const logoutToken = (claims: object = {}) =>
  new SignJWT({
    iss: ISSUER,
    aud: CLIENT,
    iat: NOW,
    jti: 'logout-1',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    sid: 'sid-1',
    sub: 'user-1',
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt' })
    .sign(provider.privateKey)

describe('a back-channel logout', () => {
  it('ends the sessions of the sign-on that it names, and tells of each', async () => {
    const { searched, ended, told, deps } = setup()

    await backChannelLogOut('general-production', await logoutToken(), deps)

    expect(searched).toEqual([
      signOnKeys({ issuer: ISSUER, clientId: CLIENT, sid: 'sid-1', subject: 'user-1' }),
    ])
    expect(ended).toEqual(['one', 'two'])
    expect(told).toMatchObject([
      { type: 'session.ended', reason: 'logout', session: 'one' },
      { type: 'session.ended', reason: 'logout', session: 'two', connection: 'general-staging' },
    ])
  })

  it('is taken once', async () => {
    const { ended, deps } = setup()
    const token = await logoutToken()
    await backChannelLogOut('general-production', token, deps)

    await expect(backChannelLogOut('general-production', token, deps)).rejects.toMatchObject({
      code: 'logout_token_invalid',
      detail: { parameter: 'jti' },
    })
    expect(ended).toHaveLength(2)
  })

  it('is of a connection that there is, and has a token', async () => {
    const { deps } = setup()

    for (const [connection, token] of [
      ['gone', await logoutToken()],
      ['general-production', null],
    ] as const) {
      await expect(backChannelLogOut(connection, token, deps)).rejects.toMatchObject({
        code: 'logout_request_invalid',
      })
    }
  })
})

describe('a provider whose ID tokens have another name for it', () => {
  const ALIAS = `${ISSUER}/oidc/idsps/42/`
  const aliases = { issuerAliases: ['{issuer}/oidc/idsps/*/'] }

  it('signs people off under that name, those who signed on under it', async () => {
    const { searched, ended, keysRead, deps } = setup(aliases)

    await backChannelLogOut('general-production', await logoutToken({ iss: ALIAS }), deps)
    await frontChannelLogOut('general-production', { iss: ALIAS, sid: 'sid-1' }, deps)

    expect(searched).toEqual([
      signOnKeys({ issuer: ALIAS, clientId: CLIENT, sid: 'sid-1', subject: 'user-1' }),
      signOnKeys({ issuer: ALIAS, clientId: CLIENT, sid: 'sid-1' }),
    ])
    expect(ended).toEqual(['one', 'two', 'one', 'two'])
    expect(keysRead).toEqual([`${ISSUER}/jwks`])
  })

  it('signs by the keys of that name, where its profile says so', async () => {
    const { ended, keysRead, deps } = setup({ ...aliases, idTokenKeys: 'token-issuer' })

    await backChannelLogOut('general-production', await logoutToken({ iss: ALIAS }), deps)

    expect(keysRead).toEqual([`${ALIAS}.well-known/openid-configuration/keys`])
    expect(ended).toEqual(['one', 'two'])
  })

  it.each([
    ['no other name', {}, ALIAS],
    ['another name', aliases, `${ISSUER}/oidc/idsps/42/43/`],
  ])('signs nobody off under a name that is not its own: %s', async (_, overrides, iss) => {
    const { ended, deps } = setup(overrides)

    const refused = backChannelLogOut('general-production', await logoutToken({ iss }), deps)

    await expect(refused).rejects.toMatchObject({
      code: 'logout_token_invalid',
      detail: { parameter: 'iss' },
    })
    await expect(
      frontChannelLogOut('general-production', { iss, sid: 'sid-1' }, deps),
    ).rejects.toMatchObject({ code: 'logout_request_invalid' })
    expect(ended).toEqual([])
  })
})

describe('a front-channel logout', () => {
  it('ends the sessions of the sid that it names', async () => {
    const { searched, ended, deps } = setup()

    await frontChannelLogOut('general-production', { iss: ISSUER, sid: 'sid-1' }, deps)

    expect(searched).toEqual([signOnKeys({ issuer: ISSUER, clientId: CLIENT, sid: 'sid-1' })])
    expect(ended).toEqual(['one', 'two'])
  })

  it.each([
    ['of another provider', { iss: 'https://login.other.example', sid: 'sid-1' }],
    ['without a provider', { iss: null, sid: 'sid-1' }],
    ['without a sid', { iss: ISSUER, sid: null }],
    ['with an empty sid', { iss: ISSUER, sid: '' }],
  ])('%s ends nothing', async (_, said) => {
    const { ended, deps } = setup()

    await expect(frontChannelLogOut('general-production', said, deps)).rejects.toMatchObject({
      code: 'logout_request_invalid',
    })
    expect(ended).toEqual([])
  })
})

describe('what a sign-on is found by', () => {
  it('is alike for no two issuers, clients, sessions or persons', () => {
    const signOn = { issuer: 'i', clientId: 'c', sid: 's', subject: 's' }
    const all = [
      signOn,
      { ...signOn, issuer: 'i2' },
      { ...signOn, clientId: 'c2' },
      { ...signOn, sid: 's2', subject: 's3' },
      { issuer: 'ic', clientId: '', sid: 's', subject: 's' },
    ].flatMap((one) => Object.values(signOnKeys(one)))

    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(10)
  })
})
