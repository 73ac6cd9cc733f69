import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { resolveRegistry } from '#core/registry/resolve-registry.ts'
import { parsedRegistryFile, registryFileWith } from '../../../support/registry-file.ts'

const AT_LOGIN = {
  id: 'heartline-at-login',
  app: 'heartline',
  clientId: 'heartline',
  authentication: { method: 'private_key_jwt' },
}
const IDP = { issuer: 'https://login.example', registration: AT_LOGIN.id }
const REGISTRATIONS = registryFileWith({}) as { readonly registrations: readonly object[] }

const changes = (idp: object, registration: object = AT_LOGIN) => ({
  registrations: [...REGISTRATIONS.registrations, registration],
  'connections[0].signOn': { scheme: 'oidc', idp: { ...IDP, ...idp } },
})

function problems(idp: object, registration?: object) {
  const file = JSON.stringify(registryFileWith(changes(idp, registration)))
  const parsed = parseRegistry(file, { upstreams: 'public' })
  return 'problems' in parsed
    ? parsed.problems.map(({ path, message }) => `${path}: ${message}`)
    : []
}

describe('a sign-on at an OpenID provider', () => {
  it('has an issuer and a client there, and asks for the usual scopes', () => {
    expect(problems({})).toEqual([])
    expect(parsedRegistryFile(changes({})).connections[0]?.signOn).toMatchObject({
      idp: { scopes: ['openid', 'profile', 'email'] },
    })
  })

  it.each([
    [{ scopes: ['profile'] }, /idp\.scopes: Without "openid"/],
    [{ vendor: 'oauth2' }, /idp\.vendor: The vendor "oauth2" is no OpenID provider/],
    [{ vendor: 'epic' }, /idp\.vendor: The vendor "epic" is no OpenID provider/],
    [{ vendorOverrides: { idToken: 'ignored' } }, /idp\.vendor: /],
    [{ registration: 'nobodys' }, /idp\.registration: There is no registration "nobodys"/],
    [{ issuer: 'http://login.example' }, /idp\.issuer: .*Use https/],
  ])('is refused with %o', (idp, problem) => {
    expect(problems(idp)).toContainEqual(expect.stringMatching(problem))
  })

  it('is by a client of the connection’s own app, that proves itself as the provider takes it', () => {
    expect(problems({}, { ...AT_LOGIN, app: 'another' })).toContainEqual(
      expect.stringMatching(/signOn\.idp\.registration: .*belongs to the app "another"/),
    )
    expect(problems({ vendorOverrides: { clientAuthentication: ['none'] } })).toContainEqual(
      expect.stringMatching(/signOn\.idp\.registration: .*authenticates by private_key_jwt/),
    )
  })

  it('is discovered by registry apply, which pins the hosts of the provider’s endpoints', async () => {
    const asked: string[] = []
    const file = parsedRegistryFile(changes({}))
    const resolved = await resolveRegistry(file, {
      hasSecret: async () => true,
      discover: async ({ fhirBaseUrl }) => {
        asked.push(fhirBaseUrl)
        const base = fhirBaseUrl === IDP.issuer ? 'https://eu.login.example' : fhirBaseUrl
        return {
          issuer: fhirBaseUrl,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
        }
      },
    })

    expect(asked).toContain(IDP.issuer)
    expect(resolved).toMatchObject({
      contents: {
        connections: expect.arrayContaining([
          expect.objectContaining({
            id: file.connections[0]?.id,
            signOn: expect.objectContaining({
              idp: expect.objectContaining({ endpointHosts: ['eu.login.example'] }),
            }),
          }),
        ]),
      },
    })
  })
})
