import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { registryFileWith } from '../../../support/registry-file.ts'

function check(changes: Readonly<Record<string, unknown>>) {
  const parsed = parseRegistry(JSON.stringify(registryFileWith(changes)), { upstreams: 'public' })
  return 'problems' in parsed ? parsed.problems : []
}

const FIRST = 'connections[0]'
const SCOPES = ['launch', 'openid', 'fhirUser', 'patient/Observation.rs']

describe('a connection and its vendor', () => {
  it('fits a vendor whose ways it keeps to', () => {
    expect(check({ [`${FIRST}.vendor`]: 'oracle-health', [`${FIRST}.scopes`]: SCOPES })).toEqual([])
  })

  it('wants a vendor that there is, and names those that there are', () => {
    const [problem] = check({ [`${FIRST}.vendor`]: 'epik' })

    expect(problem).toMatchObject({ path: `${FIRST}.vendor` })
    expect(problem?.message).toMatch(/Use one of: smart, .*\bepic\b/)
  })

  it.each([
    [{ responseType: 'token' }, 'vendorOverrides.responseType'],
    [{ responseType: 'id_token token' }, 'vendorOverrides.responseType'],
    [{ scopeWildcards: 'no' }, 'vendorOverrides.scopeWildcards'],
    [{ audience: 'sometimes' }, 'vendorOverrides.audience'],
    [{ discoveryOrder: [] }, 'vendorOverrides.discoveryOrder'],
    [{ patientSources: ['elsewhere'] }, 'vendorOverrides.patientSources[0]'],
    [{ issuerAliases: ['{tenant}/x'] }, 'vendorOverrides.issuerAliases[0]'],
    [{ issuerAliases: ['{tenantid}/x'] }, 'vendorOverrides.issuerAliases[0]'],
    [{ defaultTokenSeconds: 0 }, 'vendorOverrides.defaultTokenSeconds'],
    [{ audiance: 'omitted' }, 'vendorOverrides'],
  ])(
    'wants overrides of the right name and form, and no implicit grant among them: %j (BC-03)',
    (overrides, path) => {
      expect(check({ [`${FIRST}.vendorOverrides`]: overrides })).toEqual([
        { path: `${FIRST}.${path}`, message: expect.any(String) },
      ])
    },
  )

  it('wants no wildcard where the vendor has none', () => {
    expect(check({ [`${FIRST}.vendor`]: 'oracle-health' })).toEqual([
      {
        path: `${FIRST}.scopes[4]`,
        message:
          'The vendor "oracle-health" has no wildcard scopes. Name each resource: patient/Observation.rs.',
      },
    ])
  })

  it('wants the issuer named where assertions are for it, as a document may name another’s (CX-05)', () => {
    const changes = {
      'registrations[0].authentication': { method: 'private_key_jwt' },
      [`${FIRST}.vendorOverrides`]: { assertionAudience: 'issuer' },
    }

    expect(check(changes)).toEqual([
      {
        path: `${FIRST}.authorizationServer.issuer`,
        message: expect.stringMatching(/no document of a server may say who that is/),
      },
    ])
    const issuer = 'https://login.general.example'
    expect(check({ ...changes, [`${FIRST}.authorizationServer`]: { issuer } })).toEqual([])
  })

  it('wants no filter where scopes are of version 1', () => {
    const scopes = [...SCOPES, 'patient/Condition.rs?category=problem-list-item']

    expect(
      check({ [`${FIRST}.vendor`]: 'google-healthcare', [`${FIRST}.scopes`]: scopes }),
    ).toEqual([{ path: `${FIRST}.scopes[4]`, message: expect.stringMatching(/no filters/) }])
  })

  it('wants SMART’s scopes of a SMART server, and takes another’s as they are (SM-25)', () => {
    const wrong = ['launch', 'openid', 'fhirUser', 'launch/Patient', 'patient/X.sr', 'email']
    const right = {
      [`${FIRST}.vendor`]: 'oidc',
      [`${FIRST}.standaloneLaunch`]: true,
      [`${FIRST}.scopes`]: ['openid', 'email', 'https://api.example/records.read'],
    }

    expect(check({ [`${FIRST}.scopes`]: wrong }).map(({ path }) => path)).toEqual([
      `${FIRST}.scopes[3]`,
      `${FIRST}.scopes[4]`,
      `${FIRST}.scopes[5]`,
    ])
    expect(check(right)).toEqual([])
  })

  it('wants a client that authenticates in a way that the vendor takes', () => {
    expect(check({ [`${FIRST}.vendor`]: 'modmed', [`${FIRST}.scopes`]: SCOPES })).toEqual([
      {
        path: `${FIRST}.registration`,
        message:
          'Its client authenticates by client_secret_basic, and the vendor "modmed" takes client_secret_post, private_key_jwt. Register it so, or override clientAuthentication.',
      },
    ])
  })

  it('wants to be begun outside the EHR where that launches nothing', () => {
    expect(check({ [`${FIRST}.vendor`]: 'oidc', [`${FIRST}.scopes`]: ['openid'] })).toEqual([
      { path: `${FIRST}.standaloneLaunch`, message: expect.stringMatching(/Set it to true/) },
    ])
  })

  it.each(['smart-standalone', 'saml', 'signed-link'])(
    'is begun outside the EHR already where people sign on by %s',
    (scheme) => {
      const changes = {
        [`${FIRST}.vendor`]: 'oidc',
        [`${FIRST}.scopes`]: ['openid'],
        [`${FIRST}.signOn`]: { scheme },
      }

      expect(check(changes).map(({ path }) => path)).not.toContain(`${FIRST}.standaloneLaunch`)
    },
  )

  it('wants endpoints where nothing publishes them, and the request that says who signed on', () => {
    expect(check({ [`${FIRST}.vendor`]: 'elation' })).toEqual([
      { path: `${FIRST}.authorizationServer`, message: expect.stringMatching(/tokenEndpoint/) },
    ])
    expect(check({ [`${FIRST}.vendorOverrides`]: { userSource: 'request' } })).toEqual([
      { path: `${FIRST}.userRequest`, message: expect.stringMatching(/Add it/) },
    ])
  })

  it('reaches by https whatever it names (IN-01)', () => {
    const paths = check({
      [`${FIRST}.authorizationServer`]: { tokenEndpoint: 'http://login.example/token' },
      [`${FIRST}.userRequest`]: { url: 'http://login.example/me', subject: '/id' },
    }).map(({ path }) => path)

    expect(paths).toEqual([
      `${FIRST}.authorizationServer.tokenEndpoint`,
      `${FIRST}.userRequest.url`,
    ])
  })

  it.each([
    ['fhirHeaders', { Authorization: 'Basic x' }],
    ['discoveryHeaders', { host: 'elsewhere' }],
    ['authorizeParameters', { redirect_uri: 'https://elsewhere.example' }],
  ])('lets %s replace nothing of ours', (field, names) => {
    expect(check({ [`${FIRST}.vendorOverrides`]: { [field]: names } })).toEqual([
      { path: `${FIRST}.vendorOverrides.${field}`, message: expect.stringMatching(/Remove it/) },
    ])
  })

  it('requires only what is asked for', () => {
    expect(check({ [`${FIRST}.requiredScopes`]: ['openid', 'user/Encounter.rs'] })).toEqual([
      { path: `${FIRST}.requiredScopes[1]`, message: expect.stringMatching(/Add it to scopes/) },
    ])
  })
})
