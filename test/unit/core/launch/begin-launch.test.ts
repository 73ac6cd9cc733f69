import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { connectionToLaunch, type LaunchStart, startLaunch } from '#core/launch/begin-launch.ts'
import type { OneTimeRecord } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import { takeLaunch } from '#core/redirect/take-launch.ts'
import type { Connection } from '#core/registry/registry.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const BASE = 'https://ehr.general.example/fhir'
const SERVER = {
  issuer: 'https://login.general.example',
  authorization_endpoint: 'https://login.general.example/authorize',
  token_endpoint: 'https://login.general.example/token',
}

interface Given {
  readonly connection?: Partial<Connection>
  readonly metadata?: object
  readonly registrations?: readonly ReturnType<typeof aRegistration>[]
}

/** Launches at a server of this metadata, and shows what is kept of it and logged. */
function setup({ connection = {}, metadata = {}, registrations = [aRegistration()] }: Given = {}) {
  const log = recordingLog()
  const kept: OneTimeRecord<LaunchClear>[] = []
  const launches = memoryOneTimeStore<LaunchClear>(() => NOW)
  const start = (how: LaunchStart = { iss: BASE, launch: 'handle' }) =>
    startLaunch(aConnection(connection), how, {
      registry: aRegistry({ registrations }),
      discovery: async () => ({ ...SERVER, ...metadata }),
      launches: {
        ...launches,
        async put(key, record) {
          kept.push(record)
          await launches.put(key, record)
        },
      },
      redirectUri: 'https://broker.example/live/redirect',
      egress: () => Promise.reject(new Error('nothing is asked')),
      secrets: memorySecretReader({}),
      signers: [],
      log,
      now: () => NOW,
    })
  const secretsOf = (state: string) =>
    takeLaunch(state, [kept[0]?.browser.cookieHash ?? ''], launches)
  return { kept, log, secretsOf, start }
}

describe('what is kept of a launch', () => {
  it('is who was launched where, for as long as a sign-in may take', async () => {
    const { kept, start } = setup()

    await start()

    expect(kept).toEqual([
      {
        browser: { cookieName: expect.any(String), cookieHash: expect.any(String) },
        createdAt: NOW,
        expiresAt: NOW + 600,
        sealed: expect.any(Uint8Array),
        clear: {
          launchId: expect.stringMatching(/^[\w-]{8}$/),
          connection: 'general-production',
          app: 'heartline',
          registration: 'general-heartline',
          redirectUri: 'https://broker.example/live/redirect',
          scopes: ['launch', 'openid', 'fhirUser', 'patient/*.rs', 'offline_access'],
          issuer: 'https://login.general.example',
          tokenEndpoint: 'https://login.general.example/token',
          issPromised: false,
        },
      },
    ])
  })

  it('is what the server says of itself too, as nothing is looked up when the answer comes', async () => {
    const { kept, start } = setup({
      metadata: {
        jwks_uri: 'https://login.general.example/keys',
        userinfo_endpoint: 'https://login.general.example/userinfo',
        authorization_response_iss_parameter_supported: true,
      },
    })

    await start({ iss: BASE, launch: 'handle', signsOn: true })

    expect(kept[0]?.clear).toMatchObject({
      jwksUri: 'https://login.general.example/keys',
      userinfoEndpoint: 'https://login.general.example/userinfo',
      issPromised: true,
      signsOn: true,
    })
  })

  it('has a redirect URI of its registration where that has one', async () => {
    const { kept, start } = setup({ registrations: [aRegistration({ ownRedirectUri: true })] })

    const { url } = await start()

    const own = 'https://broker.example/live/redirect/general-heartline'
    expect(kept[0]?.clear.redirectUri).toBe(own)
    expect(url.searchParams.get('redirect_uri')).toBe(own)
  })

  it('lives shorter without a cookie, and is bound as it is told', async () => {
    const { kept, start } = setup()
    const weakBinding = { cookieName: 'none', cookieHash: 'hash' }

    const { binding } = await start({ iss: BASE, launch: 'handle', weakBinding })

    expect(binding).toBeUndefined()
    expect(kept[0]).toMatchObject({ browser: weakBinding, expiresAt: NOW + 180 })
  })

  it.each([
    ['has a code verifier', {}, expect.stringMatching(/^[\w-]{43}$/)],
    ['has none where the connection says so', { pkce: 'none' as const }, undefined],
  ])('%s', async (_, vendorOverrides, codeVerifier) => {
    const { secretsOf, start } = setup({ connection: { vendorOverrides } })

    const { url } = await start()

    const secrets = await secretsOf(url.searchParams.get('state') ?? '')
    expect(secrets.codeVerifier).toEqual(codeVerifier)
    expect(url.searchParams.has('code_challenge')).toBe(codeVerifier !== undefined)
  })
})

describe('a standalone launch', () => {
  it('asks for a patient by scope, at the connection’s own FHIR base, and posts no form (SM-07)', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `patient/Observation.rs?code=${index}`)
    const { kept, start } = setup({
      connection: {
        scopes: ['launch', 'openid', ...many],
        vendorOverrides: { authorizeMethod: 'post-when-long' },
      },
    })

    const { url, form } = await start({})

    expect(url.searchParams.get('scope')).toMatch(/^launch\/patient openid /)
    expect(url.searchParams.get('aud')).toBe(BASE)
    expect(url.searchParams.has('launch')).toBe(false)
    expect(kept[0]?.clear.scopes).toContain('launch/patient')
    expect(url.href.length).toBeGreaterThan(2_000)
    expect(form).toBeUndefined()
  })
})

describe('a long request', () => {
  /** A launch whose address is of exactly so many characters. */
  async function ofLength(length: number, given: Given) {
    const { url } = await setup(given).start({ iss: BASE, launch: 'x' })
    return setup(given).start({ iss: BASE, launch: 'x'.repeat(1 + length - url.href.length) })
  }

  it.each([
    ['says that it takes one', { metadata: { capabilities: ['authorize-post'] } }],
    [
      'is known to',
      { connection: { vendorOverrides: { authorizeMethod: 'post-when-long' as const } } },
    ],
  ])('is posted as a form where the server %s (SM-30)', async (_, given) => {
    const whole = await ofLength(2_000, given)
    const long = await ofLength(2_001, given)

    expect(whole.form).toBeUndefined()
    expect(long.form?.endpoint).toBe(SERVER.authorization_endpoint)
    expect(long.form?.parameters).toEqual(Object.fromEntries(long.url.searchParams))
  })

  it('goes in the address where the server takes no form', async () => {
    expect((await ofLength(2_001, {})).form).toBeUndefined()
  })
})

describe('startLaunch', () => {
  it('logs that it has begun, and nothing of what the EHR sent', async () => {
    const { kept, log, start } = setup()
    const before = performance.now()

    await start()

    const took = performance.now() - before
    expect(log.lines).toEqual([
      {
        level: 'info',
        event: 'launch_begun',
        fields: {
          connection: 'general-production',
          app: 'heartline',
          launchId: kept[0]?.clear.launchId,
          durationMs: expect.any(Number),
        },
      },
    ])
    expect(log.lines[0]?.fields.durationMs).toBeLessThanOrEqual(Math.round(took))
    expect(JSON.stringify(log.lines)).not.toContain('handle')
  })

  it('names the connection whose registration is not there', async () => {
    await expect(setup({ registrations: [] }).start()).rejects.toMatchObject({
      code: 'internal_error',
      detail: { connection: 'general-production', reason: 'registration_missing' },
    })
  })

  it('names the connection whose server answers in a way that cannot be read', async () => {
    const { start } = setup({ metadata: { response_modes_supported: ['query.jwt', 'jwt'] } })

    await expect(start()).rejects.toMatchObject({
      code: 'authorization_server_unsupported',
      detail: { connection: 'general-production' },
    })
  })
})

describe('connectionToLaunch', () => {
  const outside = { signOn: { scheme: 'smart-standalone' as const } }
  const find = (
    key: string,
    { iss, launch }: { iss?: string; launch?: string },
    connection: Partial<Connection> = outside,
  ) =>
    connectionToLaunch(
      { key, ...(iss !== undefined && { iss }), ...(launch !== undefined && { launch }) },
      aRegistry({ apps: [anApp()], connections: [aConnection(connection)] }),
    )

  it('finds one that launches outside the EHR by its key, with its issuer or without (SM-02)', async () => {
    expect(await find('general-production', {})).toMatchObject({ id: 'general-production' })
    expect(await find('general-production', { iss: BASE })).toMatchObject({
      id: 'general-production',
    })
    await expect(
      find('general-production', { iss: 'https://other.example/fhir' }),
    ).rejects.toMatchObject({ code: 'launch_issuer_unknown' })
  })

  it('takes a launch of the EHR with both of its parameters only', async () => {
    const atEhr = { signOn: { scheme: 'smart-ehr' as const } }
    const missing = (parameter: string) => ({
      code: 'launch_parameter_invalid',
      message: expect.stringContaining(`The parameter at fault is ${parameter}.`),
      detail: { parameter, reason: 'missing' },
    })

    for (const [key, connection] of [
      ['general-production', atEhr],
      ['heartline', outside],
    ] as const) {
      await expect(find(key, {}, connection)).rejects.toMatchObject(missing('iss'))
      await expect(find(key, { iss: BASE }, connection)).rejects.toMatchObject(missing('launch'))
      await expect(find(key, { launch: 'handle' }, connection)).rejects.toMatchObject(
        missing('iss'),
      )
      expect(await find(key, { iss: BASE, launch: 'handle' }, atEhr)).toMatchObject({
        id: 'general-production',
      })
    }
  })

  it('knows no other key', async () => {
    await expect(find('another', {})).rejects.toMatchObject({ code: 'launch_key_unknown' })
  })
})
