import { describe, expect, it, onTestFinished } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { commandLineIn } from '../../../support/cli.ts'
import { serve } from '../../../support/http-server.ts'

const OUTPUTS = {
  Broker: {
    Upstreams: 'loopback',
    ApiBase: 'http://localhost:4000/api',
    RedirectUri: 'http://localhost:4000/api/redirect',
    JwksUrl: 'http://localhost:4000/api/.well-known/jwks.json',
    RegistryTableName: 'registry',
    ClientSecretsPrefix: 'broker/client/',
    SsoSecretsPrefix: 'broker/sso/',
  },
}

const SSO = 'http://127.0.0.1:4020/sso'

/** An EHR that publishes what it is given, and FHIR R4. */
async function givenEhr(
  configuration: Readonly<Record<string, unknown>> | string,
  path = '/fhir/r4',
) {
  const ehr = await serve(({ url }, response) => {
    const json = (body: unknown) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body))
    if (url === `${path}/.well-known/smart-configuration`) return json(configuration)
    if (url === `${path}/metadata`) return json({ fhirVersion: '4.0.1' })
    return response.writeHead(404).end()
  })
  onTestFinished(() => ehr.close())
  return `${ehr.origin}${path}`
}

const SMART = {
  authorization_endpoint: 'authorize',
  token_endpoint: 'token',
  jwks_uri: 'jwks',
  capabilities: ['launch-ehr', 'permission-v2', 'client-confidential-asymmetric'],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['launch', 'openid', 'fhirUser', 'offline_access', 'patient/*.rs'],
}

function setup(files: Readonly<Record<string, unknown>> = {}) {
  return commandLineIn({ 'cdk-outputs.json': OUTPUTS, ...files })
}

describe('sallyport connect', () => {
  it('writes a registry that applies, and prints what the hospital has to enter', async () => {
    const base = await givenEhr(SMART)
    const cli = setup()

    const { exitCode, errors, text } = await cli.run([
      'connect',
      base,
      '--app=heartline',
      `--sso-url=${SSO}`,
      '--organization=mercy',
    ])

    expect(errors).toEqual([])
    expect(exitCode).toBe(0)
    const registry = cli.read('registry.json')
    expect(parseRegistry(JSON.stringify(registry), { upstreams: 'loopback' })).toHaveProperty(
      'file',
    )
    expect(registry.connections).toEqual([
      expect.objectContaining({
        id: 'mercy-production',
        fhirBaseUrl: base,
        fhirVersion: 'R4',
        scopes: ['launch', 'openid', 'fhirUser', 'offline_access', 'patient/Patient.rs'],
      }),
    ])
    expect(registry.registrations[0].authentication).toEqual({ method: 'private_key_jwt' })
    expect(text).toContain(`${base}/.well-known/smart-configuration: read`)
    expect(text).toContain('Redirect URI  http://localhost:4000/api/redirect')
    expect(text).toContain('Launch URL    http://localhost:4000/api/launch/mercy-production')
    expect(text).toContain('JWKS          http://localhost:4000/api/.well-known/jwks.json')
    expect(text).toMatch(/Subject: Registering "Heartline"[\s\S]+Redirect URI: http:\/\/localhost/)
    expect(text).toContain('npx sallyport doctor mercy-production')
    expect(text).not.toContain('Not said')
  })

  it('knows the vendor by the FHIR base, and mails what matters there at registration', async () => {
    const cli = setup()

    const { exitCode, text } = await cli.run([
      'connect',
      await givenEhr(SMART, '/mercy/api/FHIR/R4'),
      '--app=heartline',
      `--sso-url=${SSO}`,
    ])

    expect(exitCode).toBe(0)
    expect(cli.read('registry.json').connections[0].vendor).toBe('epic')
    expect(text).toMatch(
      /What we know to matter at your vendor:\n.*production and a non-production client id[\s\S]+Tick every API/,
    )
  })

  it('adds to a file that is there, for the app in it, and changes nothing else of it', async () => {
    const first = await givenEhr(SMART)
    const second = await givenEhr(SMART)
    const cli = setup()
    await cli.run(['connect', first, '--app=heartline', `--sso-url=${SSO}`])
    const before = cli.read('registry.json')

    const { exitCode } = await cli.run(['connect', second, '--organization=lakeside'])

    expect(exitCode).toBe(0)
    const after = cli.read('registry.json')
    expect(after.apps).toEqual(before.apps)
    expect(after.connections.slice(0, 1)).toEqual(before.connections)
    expect(after.connections.map(({ id }: { id: string }) => id)).toEqual([
      'hospital-production',
      'lakeside-production',
    ])
  })

  it.each([
    [
      'a key where the server takes one',
      { token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'] },
      'private_key_jwt',
    ],
    [
      'a secret where it signs by another algorithm',
      {
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_post'],
        token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      },
      'client_secret_post',
    ],
    ['a secret where nothing is said', { capabilities: [] }, 'client_secret_basic'],
    ['no secret where public clients are all', { capabilities: ['client-public'] }, 'none'],
  ])('proposes %s (SM-42)', async (_what, differing, method) => {
    const cli = setup()

    await cli.run([
      'connect',
      await givenEhr({ ...SMART, ...differing }),
      '--app=a',
      `--sso-url=${SSO}`,
    ])

    expect(cli.read('registry.json').registrations[0].authentication.method).toBe(method)
  })

  it.each([
    [['ES384', 'ES256'], { assertionAlgorithm: 'ES384' }],
    [['RS256', 'RS384'], { assertionAlgorithm: 'RS384' }],
    [['RS384', 'ES384'], undefined],
    [undefined, undefined],
  ])('has assertions signed with what the EHR takes of %j (SM-47)', async (listed, overrides) => {
    const cli = setup()

    const { text } = await cli.run([
      'connect',
      await givenEhr({ ...SMART, token_endpoint_auth_signing_alg_values_supported: listed }),
      '--app=a',
      `--sso-url=${SSO}`,
    ])

    expect(cli.read('registry.json').connections[0].vendorOverrides).toEqual(overrides)
    expect(text).toContain(
      `private_key_jwt${overrides ? `, signed with ${overrides.assertionAlgorithm}` : ''}\n`,
    )
  })

  it('asks for the least, in the version of scopes that the EHR has (SM-13, SM-29)', async () => {
    const cli = setup()

    await cli.run([
      'connect',
      await givenEhr({
        ...SMART,
        capabilities: ['permission-v1'],
        scopes_supported: ['openid', 'profile', 'online_access'],
      }),
      '--app=a',
      `--sso-url=${SSO}`,
    ])

    expect(cli.read('registry.json').connections[0].scopes).toEqual([
      'launch',
      'openid',
      'profile',
      'online_access',
      'patient/Patient.read',
    ])
  })

  it('asks the hospital for what the documents leave open, and for all scopes all the same (SM-12)', async () => {
    const cli = setup()

    const { text } = await cli.run([
      'connect',
      await givenEhr({ ...SMART, capabilities: [], code_challenge_methods_supported: undefined }),
      '--app=a',
      `--sso-url=${SSO}`,
      '--scopes=launch openid patient/Observation.rs user/Slot.cruds',
    ])

    expect(text).toContain('which your documents do not list: user/Slot.cruds?')
    expect(text).toContain('Does your authorization server take PKCE with S256?')
    expect(text).toContain('Which client authentication does your token endpoint take?')
    expect(cli.read('registry.json').connections[0].scopes).toContain('user/Slot.cruds')
  })

  it('says document by document why an EHR could not be asked, and writes nothing', async () => {
    const base = await givenEhr('<html>')
    const cli = setup()

    const { exitCode, errors } = await cli.run(['connect', base, '--app=a', `--sso-url=${SSO}`])

    expect(exitCode).toBe(1)
    expect(errors).toEqual(
      expect.arrayContaining([
        `${base}/.well-known/smart-configuration: not_json`,
        expect.stringContaining('does not say where its authorization server is (not_json)'),
        'registry.json: nothing was written.',
      ]),
    )
    expect(() => cli.read('registry.json')).toThrow('ENOENT')
  })

  it('writes nothing that check would refuse: a second connection of the app to the EHR', async () => {
    const base = await givenEhr(SMART)
    const cli = setup()
    await cli.run(['connect', base, '--app=a', `--sso-url=${SSO}`])
    const before = cli.read('registry.json')

    const { exitCode, errors } = await cli.run(['connect', base])

    expect(exitCode).toBe(1)
    expect(errors.join('\n')).toContain('connects the app "a" to this EHR already')
    expect(cli.read('registry.json')).toEqual(before)
  })

  it.each([
    [['connect', 'ehr.example'], 'Give the FHIR base URL in full'],
    [['connect', 'http://127.0.0.1:1/fhir'], 'Name it with --app'],
    [['connect', 'http://127.0.0.1:1/fhir', '--app=a'], 'Say with --sso-url'],
    [
      ['connect', 'http://127.0.0.1:1/fhir', '--app=a', `--sso-url=${SSO}`, '--vendor=nobody'],
      'There is no vendor "nobody"',
    ],
    [
      ['connect', 'http://127.0.0.1:1/fhir', '--app=a', `--sso-url=${SSO}`, '--environment=prod'],
      '--environment is',
    ],
  ])('answers 2 for %j', async (args, message) => {
    const { exitCode, errors } = await setup().run(args)

    expect(exitCode).toBe(2)
    expect(errors.join()).toContain(message)
  })
})

describe('sallyport vendors', () => {
  it('lists every profile with what it asks for at registration', async () => {
    const { exitCode, text } = await setup().run(['vendors'])

    expect(exitCode).toBe(0)
    expect(text).toMatch(/^epic {2}Epic\n {4}At fhir\.epic\.com;/m)
    expect(text.match(/^\S/gm)?.length).toBe(31)
  })

  it('tells of one, for programs too', async () => {
    const { text } = await setup().run(['vendors', 'oracle-health', '--json'])

    expect(JSON.parse(text)).toEqual([
      expect.objectContaining({
        vendor: 'oracle-health',
        departures: expect.objectContaining({ basicEncoding: 'raw' }),
        registration: expect.arrayContaining([expect.stringContaining('code.cerner.com')]),
      }),
    ])
    expect((await setup().run(['vendors', 'nobody'])).exitCode).toBe(2)
  })
})
