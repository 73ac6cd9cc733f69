import { describe, expect, it } from 'vitest'
import { memoryRegistry } from '#adapters/memory/registry.ts'
import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'
import { applyRegistry } from '#core/registry/apply-registry.ts'
import { parsedRegistryFile } from '../../../support/registry-file.ts'

const GENERAL = metadata('https://login.general.example')
const MERCY = metadata('https://login.mercy.example')

function metadata(
  issuer: string,
  overrides: Partial<AuthorizationServerMetadata> = {},
): AuthorizationServerMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    ...overrides,
  }
}

const hasSecret = async () => true

function setup(
  servers: Readonly<Record<string, AuthorizationServerMetadata>>,
  missing: readonly string[] = [],
  assertionAlgorithms?: readonly string[],
) {
  const registry = memoryRegistry()
  const asked: string[] = []
  const apply = (changes: Readonly<Record<string, unknown>> = {}) =>
    applyRegistry(parsedRegistryFile(changes), {
      writer: registry,
      ...(assertionAlgorithms && { assertionAlgorithms }),
      hasSecret: async (kind, ref) => !missing.includes(`${kind} ${ref}`),
      async discover({ fhirBaseUrl }) {
        asked.push(fhirBaseUrl)
        const found = servers[new URL(fhirBaseUrl).host]
        if (found) return found
        throw new BrokerError('discovery_failed', {
          detail: { host: 'ehr', reason: 'missing', parameter: 'token_endpoint' },
        })
      },
    })
  return { apply, asked, registry }
}

const BOTH = { 'ehr.general.example': GENERAL, 'ehr.mercy.example': MERCY }
const OWN_REDIRECT_URIS = {
  'registrations[0].ownRedirectUri': true,
  'registrations[1].ownRedirectUri': true,
}
const ASK_MERCY = { 'connections[1].endpointHosts': undefined }

describe('applyRegistry', () => {
  it('writes connections with their issuer’s normal form and their endpoints’ hosts', async () => {
    const { apply, registry } = setup({
      'ehr.general.example': metadata('https://login.general.example', {
        token_endpoint: 'https://tokens.general.example:8443/token',
        jwks_uri: 'https://keys.general.example/jwks',
      }),
    })

    expect(await apply()).toEqual({ changes: { written: 10, deleted: 0, unchanged: 0 } })

    expect(await registry.findConnection('general-production')).toMatchObject({
      fhirBaseUrl: 'https://ehr.general.example/fhir/',
      issuer: 'https://ehr.general.example/fhir',
      endpointHosts: [
        'keys.general.example',
        'login.general.example',
        'tokens.general.example:8443',
      ],
      sessionPolicy: { absoluteSeconds: 43_200, idleSeconds: 3_600 },
    })
  })

  it('keeps the hosts that the file gives, and does not ask there', async () => {
    const { apply, asked, registry } = setup(BOTH)
    await apply()

    expect(asked).toEqual(['https://ehr.general.example/fhir/'])
    expect(await registry.findConnection('mercy-production')).toMatchObject({
      endpointHosts: ['login.mercy.example'],
    })
  })

  it('changes nothing when it is repeated', async () => {
    const { apply } = setup(BOTH)
    await apply()
    expect(await apply()).toEqual({ changes: { written: 0, deleted: 0, unchanged: 10 } })
  })

  it('writes nothing when an EHR cannot be asked, and names its connection', async () => {
    const { apply, registry } = setup({ 'ehr.mercy.example': MERCY })

    expect(await apply(ASK_MERCY)).toEqual({
      problems: [
        {
          path: 'connections[0].fhirBaseUrl',
          message:
            'The EHR of "general-production" did not say where its endpoints are (missing, token_endpoint). Correct the address and try again, or give authorizationServer, or endpointHosts, in the file.',
        },
      ],
    })
    expect(await registry.findApp('heartline')).toBeUndefined()
  })

  it('writes nothing when a secret is not there, and says how to set each', async () => {
    const { apply, registry } = setup(BOTH, ['sso dosing', 'client general/heartline'])

    expect(await apply()).toEqual({
      problems: [
        {
          path: 'apps[1].ssoDestination.secretRef',
          message:
            'The stack has no secret "dosing". Set it from standard input: sallyport secret set sso dosing',
        },
        {
          path: 'registrations[0].authentication.secretRef',
          message:
            'The stack has no secret "general/heartline". Set it from standard input: sallyport secret set client general/heartline',
        },
      ],
    })
    expect(await registry.findApp('heartline')).toBeUndefined()
  })

  it.each([
    [{ assertionAlgorithm: 'ES384' }, ['RS384'], 'vendorOverrides.assertionAlgorithm'],
    [{ assertionAlgorithm: 'RS384' }, ['ES384'], 'vendorOverrides.assertionAlgorithm'],
    [undefined, ['ES384'], 'vendor'],
  ])(
    'writes nothing where the stack has no key for what an EHR wants signed: %j of %j (SM-47)',
    async (vendorOverrides, algorithms, at) => {
      const changes = {
        'connections[1].vendor': 'meditech',
        'connections[1].vendorOverrides': vendorOverrides,
      }
      const { apply, registry } = setup(BOTH, [], algorithms)

      expect(await apply(changes)).toEqual({
        problems: [
          {
            path: `connections[1].${at}`,
            message: expect.stringMatching(/^This EHR wants client assertions signed with /),
          },
        ],
      })
      expect(await registry.findApp('heartline')).toBeUndefined()
      expect(await setup(BOTH, [], ['RS384', 'ES384']).apply(changes)).toHaveProperty('changes')
    },
  )

  it('takes an EHR that wants what no key is for where the client has a secret', async () => {
    const { apply } = setup(BOTH, [], ['RS384'])

    expect(
      await apply({ 'connections[0].vendorOverrides': { assertionAlgorithm: 'ES384' } }),
    ).toHaveProperty('changes')
  })

  it('takes one name for two kinds of secret', async () => {
    const { apply } = setup(BOTH, ['client heartline', 'sso general/heartline'])

    expect(await apply()).toHaveProperty('changes')
  })

  it('asks many EHRs, and names every one that failed, in the file’s order', async () => {
    const { apply } = setup({})
    const [general] = parsedRegistryFile().connections
    const connections = Array.from({ length: 20 }, (_, index) => ({
      ...general,
      id: `c${index}`,
      organization: `c${index}`,
      fhirBaseUrl: `https://ehr${index}.example/fhir`,
    }))
    const organizations = connections.map(({ id }) => ({ slug: id, name: id }))
    const result = await apply({
      organizations,
      connections,
    })

    const problems = 'problems' in result ? result.problems : []
    expect(problems.map(({ path }) => path)).toEqual(
      connections.map((_, index) => `connections[${index}].fhirBaseUrl`),
    )
  })

  it('passes on what is not an EHR’s failure', async () => {
    const writer = memoryRegistry()
    const discover = () => Promise.reject(new TypeError('a bug'))

    await expect(
      applyRegistry(parsedRegistryFile(), { writer, discover, hasSecret }),
    ).rejects.toThrow('a bug')
  })

  it('refuses a token endpoint that two issuers claim (CX-05)', async () => {
    const evil = metadata('https://login.mercy.example', { token_endpoint: GENERAL.token_endpoint })
    const { apply, registry } = setup({ ...BOTH, 'ehr.mercy.example': evil })

    expect(await apply(ASK_MERCY)).toEqual({
      problems: [
        {
          path: 'connections[1].fhirBaseUrl',
          message:
            'This EHR and that of connections[0] name one token endpoint under two issuers, so one of them is not what it says. Ask both, and remove the wrong one.',
        },
      ],
    })
    expect(await registry.findApp('heartline')).toBeUndefined()
  })

  it.each([
    ['one issuer', GENERAL.issuer],
    ['the other’s token endpoint', GENERAL.token_endpoint, 'token-endpoint'],
  ])(
    'refuses assertions for two servers with one audience, %s: audience injection (CX-05)',
    async (_what, issuer, generalAudience = 'issuer') => {
      const { apply, registry } = setup(BOTH)
      const signing = {
        ...ASK_MERCY,
        'registrations[0].authentication': { method: 'private_key_jwt' },
        'connections[0].authorizationServer': { issuer: GENERAL.issuer },
        'connections[0].vendorOverrides': { assertionAudience: generalAudience },
        'connections[1].authorizationServer': { issuer: MERCY.issuer },
        'connections[1].vendorOverrides': { assertionAudience: 'issuer' },
      }

      const injected = { 'connections[1].authorizationServer': { issuer } }
      expect(await apply({ ...signing, ...injected })).toEqual({
        problems: [
          {
            path: 'connections[1].fhirBaseUrl',
            message: expect.stringMatching(
              /^What proves a client here would prove it at the server of connections\[0\] too/,
            ),
          },
        ],
      })
      expect(await registry.findApp('heartline')).toBeUndefined()
      expect(await apply(signing)).toHaveProperty('changes')
    },
  )

  it('refuses it also where the second server names no issuer of its own', async () => {
    const unnamed = metadata('https://ehr.mercy.example/fhir', {
      token_endpoint: GENERAL.token_endpoint,
    })
    const { apply } = setup({ ...BOTH, 'ehr.mercy.example': unnamed })

    expect(await apply(ASK_MERCY)).toMatchObject({
      problems: [{ path: 'connections[1].fhirBaseUrl' }],
    })
  })

  it('refuses it of one server too, where both issuers are named', async () => {
    const file = parsedRegistryFile({
      ...ASK_MERCY,
      'connections[1].fhirBaseUrl': 'https://ehr.general.example/tenant-2',
    })
    const applied = await applyRegistry(file, {
      writer: memoryRegistry(),
      hasSecret,
      discover: async ({ fhirBaseUrl }) => ({
        ...GENERAL,
        issuer: `${fhirBaseUrl.replace(/\/$/, '')}/oauth2`,
      }),
    })
    expect(applied).toMatchObject({ problems: [{ path: 'connections[1].fhirBaseUrl' }] })
  })

  it('takes one authorization server for two EHRs, and for two bases of one that names no issuer', async () => {
    const shared = setup({ 'ehr.general.example': GENERAL, 'ehr.mercy.example': GENERAL })
    expect(await shared.apply({ ...ASK_MERCY, ...OWN_REDIRECT_URIS })).toHaveProperty('changes')

    const registry = memoryRegistry()
    const file = parsedRegistryFile({
      ...ASK_MERCY,
      ...OWN_REDIRECT_URIS,
      'connections[1].fhirBaseUrl': 'https://ehr.general.example/dstu2',
    })
    const applied = await applyRegistry(file, {
      writer: registry,
      hasSecret,
      discover: async ({ fhirBaseUrl }) => ({
        ...GENERAL,
        issuer: fhirBaseUrl.replace(/\/$/, ''),
      }),
    })
    expect(applied).toHaveProperty('changes')
  })

  it.each([
    ['in its document', ASK_MERCY],
    [
      'by a host that the file gives',
      { 'connections[1].endpointHosts': ['login.general.example'] },
    ],
  ])(
    'refuses two apps at one authorization server without redirect URIs of their own: %s (CX-02)',
    async (_how, changes) => {
      const { apply, registry } = setup({ ...BOTH, 'ehr.mercy.example': GENERAL })

      expect(await apply({ ...changes, 'registrations[1].ownRedirectUri': true })).toEqual({
        problems: [
          {
            path: 'registrations[0].ownRedirectUri',
            message: expect.stringContaining('<API base>/redirect/general-heartline'),
          },
        ],
      })
      expect(await registry.findApp('heartline')).toBeUndefined()
      expect(await apply({ ...changes, ...OWN_REDIRECT_URIS })).toHaveProperty('changes')
    },
  )

  it('refuses one client id under two registrations at one token endpoint (CX-05)', async () => {
    const { apply } = setup({ 'ehr.general.example': GENERAL, 'ehr.mercy.example': GENERAL })

    expect(await apply({ ...ASK_MERCY, 'registrations[1].clientId': 'client-at-general' })).toEqual(
      {
        problems: [
          {
            path: 'connections[1].registration',
            message:
              'This client id is that of connections[0] at the same token endpoint, under another registration. Use one registration for both, or register another client.',
          },
        ],
      },
    )
  })
})
