import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atProviderPages } from '../support/at-provider-pages.ts'
import { plainBrowser } from '../support/browser.ts'
import { type PlainServer, startPlainOauth, startPlainProvider } from '../support/plain-servers.ts'
import { CLIENT_SECRET, type GivenServer, givenConnections } from './given-connections.ts'

type Plain = GivenServer & { readonly server: PlainServer }

const SCOPES = ['openid', 'offline_access']
/** OpenID Connect gives offline_access only where consent is asked for (Core §11). */
const ASKING = { authorizeParameters: { prompt: 'consent' } }

let given: Awaited<ReturnType<typeof givenConnections<Plain>>>
beforeAll(async () => {
  given = await givenConnections<Plain>(async (base) => {
    const client = (authentication: object) => ({
      client_id: 'heartline',
      redirect_uris: [`${base}/redirect`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code' as const],
      ...authentication,
    })
    const [provider, strict, oauth] = await Promise.all([
      startPlainProvider(client({ client_secret: CLIENT_SECRET })),
      startPlainProvider(
        client({
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: `${base}/.well-known/jwks.json`,
        }),
        {
          pkce: { required: () => true },
          rotateRefreshToken: true,
          clientAuthMethods: ['private_key_jwt'],
          enabledJWA: { clientAuthSigningAlgValues: ['RS384'] },
          features: {
            pushedAuthorizationRequests: {
              enabled: true,
              requirePushedAuthorizationRequests: true,
            },
            dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
          },
        },
      ),
      startPlainOauth(),
    ])
    const connection = (
      name: string,
      server: PlainServer,
      method: NonNullable<Plain['method']>,
      fields: object,
    ): Plain => ({
      name,
      clientId: 'heartline',
      method,
      fields: { fhirBaseUrl: server.fhirBaseUrl, standaloneLaunch: true, ...fields },
      server,
      close: server.close,
    })
    return [
      connection('provider', provider, 'client_secret_basic', {
        vendor: 'oidc',
        vendorOverrides: ASKING,
        authorizationServer: { issuer: provider.issuer },
        scopes: SCOPES,
      }),
      connection('strict', strict, 'private_key_jwt', {
        vendor: 'oidc',
        vendorOverrides: { ...ASKING, refreshReuse: 'revokes' },
        authorizationServer: { issuer: strict.issuer },
        scopes: SCOPES,
      }),
      connection('oauth', oauth, 'client_secret_post', {
        vendor: 'oauth2',
        vendorOverrides: { userSource: 'request' },
        authorizationServer: {
          authorizationEndpoint: `${oauth.issuer}/authorize`,
          tokenEndpoint: `${oauth.issuer}/token`,
        },
        userRequest: {
          url: `${oauth.issuer}/api/me`,
          subject: '/data/id',
          name: '/data/profile/display',
        },
        scopes: ['records.read', 'offline'],
      }),
    ]
  })
})
afterAll(() => given.close())

describe('by registry entry alone', () => {
  it.each([
    ['provider', 'jane', 'DPoP'],
    ['strict', 'jane', 'DPoP'],
    ['oauth', '4711', undefined],
  ])(
    '%s: a sign-on, a FHIR read, and a read with a renewed token, each proven where tokens are bound, as is the code (DP-01, DP-02, DP-03, RP-32, RP-34, SM-93)',
    async (name, subject, scheme) => {
      const browser = plainBrowser()
      const first = await browser.follow(given.launchUrl(name))
      const message = await given.finish(browser, await atProviderPages(browser, first))

      expect(message['Subject']).toBe(subject)
      const session = message.Meta.SessionID
      expect((await given.read(name, 'Patient/1', session)).status).toBe(200)
      const { server } = given.server(name)
      server.endAccessTokens()
      expect((await given.read(name, 'Patient/1', session)).status).toBe(200)
      expect(new Set(server.fhirSchemes)).toEqual(new Set(scheme ? [scheme] : []))
      // It would have given no tokens for a code that is bound to another key than theirs.
      expect(server.codeKeys ?? []).toEqual(scheme ? [expect.stringMatching(/^[\w-]{43}$/)] : [])
    },
  )

  it('strict: takes requests only as a reference, and a refresh token once, however many ask at once', async () => {
    const browser = plainBrowser()
    const begun = await browser.visit(given.launchUrl('strict'))
    const address = new URL(begun.location ?? '')
    expect([...address.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const first = await browser.follow(begun.location ?? '')
    const message = await given.finish(browser, await atProviderPages(browser, first))
    const { server } = given.server('strict')

    const read = () => given.read('strict', 'Patient/1', message.Meta.SessionID)
    expect((await read()).status).toBe(200)

    server.endAccessTokens()
    const presented = () => server.tokenRequests.filter((sent) => sent.has('refresh_token')).length
    const before = presented()
    const reads = await Promise.all(Array.from({ length: 6 }, read))

    // Had one been presented twice, this server would have revoked them all.
    expect(reads.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(presented() - before).toBe(1)
    expect((await read()).status).toBe(200)
  })

  it('the OAuth 2.0 server is asked who a token is of, and sent no scope, aud or nonce of others', async () => {
    const browser = plainBrowser()
    const page = await browser.visit(given.launchUrl('oauth'))
    const asked = new URL(page.location ?? '').searchParams

    expect(asked.get('scope')).toBe('records.read offline')
    expect(asked.has('aud') || asked.has('nonce') || asked.has('launch')).toBe(false)
    const message = await given.finish(browser, await browser.follow(page.location ?? ''))
    expect(message).toMatchObject({ Subject: '4711', Name: 'Maren Lindqvist' })
    const { tokenRequests } = given.server('oauth').server
    expect(tokenRequests.at(-1)?.get('client_secret')).toBe(CLIENT_SECRET)
  })
})
