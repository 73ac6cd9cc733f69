import { describe, expect, it, onTestFinished } from 'vitest'
import { createProbe } from '#adapters/egress/probe.ts'
import { describeFindings } from '#cli/doctor/describe-findings.ts'
import { CHECKS } from '#cli/doctor/finding.ts'
import { Secret } from '#core/secret.ts'
import { examined, type Given, REDIRECT_URI } from '../../../support/examined-connection.ts'
import { serve } from '../../../support/http-server.ts'

describe('sallyport doctor of a connection in which nothing is wrong', () => {
  it('finds everything right, and prints the redirect URI to be registered', async () => {
    const { findings, of, having } = await examined({})

    expect(findings.map(({ check }) => check)).toEqual([...CHECKS])
    expect(having('wrong', 'cannot-tell')).toEqual([])
    expect(of('redirect-uri')?.says).toBe(`To be registered exactly: ${REDIRECT_URI}`)
    expect(of('discovery')?.says).toMatch(/\/fhir\/\.well-known\/smart-configuration: read/)
  })
})

const BROKEN: readonly (readonly [string, Given, (typeof CHECKS)[number], RegExp])[] = [
  [
    'a name without an address',
    {
      connection: { fhirBaseUrl: 'https://no-such-ehr.invalid/fhir' },
      deps: {
        probe: createProbe({
          upstreams: 'public',
          lookup: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
        }),
      },
    },
    'dns',
    /no-such-ehr\.invalid has no address \(ENOTFOUND\)/,
  ],
  [
    'a page in the place of every document',
    { ehr: { configuration: '<html>Welcome</html>' } },
    'discovery',
    /smart-configuration: not_json/,
  ],
  [
    'endpoints that have moved to another host',
    {
      ehr: { configuration: { token_endpoint: 'https://elsewhere.example/token' } },
      connection: { endpointHosts: ['127.0.0.1:1'] },
    },
    'endpoints',
    /token_endpoint is at elsewhere\.example, and the registry has 127\.0\.0\.1:1/,
  ],
  [
    'an authorization endpoint in a private range',
    {
      ehr: {
        configuration: {
          authorization_endpoint: 'https://10.1.2.3/authorize',
          code_challenge_methods_supported: ['S256'],
        },
      },
    },
    'endpoints',
    /where this stack does not reach, .* \(https:\/\/10\.1\.2\.3\/authorize: address\)/,
  ],
  [
    'an authorization endpoint that is not there',
    { ehr: { statuses: { '/authorize': 404 } } },
    'endpoints',
    /not there \(.*\/authorize: 404\)/,
  ],
  [
    'keys that are for encryption only',
    { ehr: { keys: { keys: [{ kty: 'RSA', use: 'enc' }] } } },
    'jwks',
    /has no key for signatures by RS256/,
  ],
  [
    'ID tokens under a shared secret',
    { ehr: { configuration: { id_token_signing_alg_values_supported: ['HS256'] } } },
    'algorithms',
    /signed with HS256/,
  ],
  [
    'PKCE with plain only',
    {
      ehr: {
        configuration: {
          code_challenge_methods_supported: ['plain'],
          id_token_signing_alg_values_supported: ['RS256'],
          scopes_supported: ['launch', 'openid', 'fhirUser', 'patient/*.rs'],
        },
      },
    },
    'pkce',
    /takes PKCE with plain, and SMART demands S256/,
  ],
  [
    'a wrong secret',
    { deps: { secrets: { read: async () => [new Secret('another')] } } },
    'client-authentication',
    /does not accept this client by client_secret_basic \(invalid_client\)/,
  ],
  [
    'a client that may not redeem codes',
    { ehr: { token: () => [400, { error: 'unauthorized_client' }] } },
    'client-authentication',
    /does not let it redeem codes/,
  ],
  [
    'another version of FHIR',
    { ehr: { fhirVersion: '1.0.2' } },
    'fhir-metadata',
    /speaks DSTU2 \(1\.0\.2\), and the registry says R4/,
  ],
  [
    'a clock that is fast',
    { ehr: { clockAhead: 600 } },
    'clock',
    /is (599|600|601) s ahead of this one/,
  ],
  [
    'no secret in the stack',
    { deps: { secrets: { read: async () => [] } } },
    'client-authentication',
    /The stack has no secret "heartline"/,
  ],
  [
    'assertions by an algorithm that the server does not take',
    {
      ehr: {
        configuration: { token_endpoint_auth_signing_alg_values_supported: ['ES256'] },
        token: () => [400, { error: 'invalid_grant' }],
      },
      registration: { authentication: { method: 'private_key_jwt' } },
    },
    'algorithms',
    /signed with RS384, and the server takes ES256/,
  ],
  [
    'assertions by one of SMART’s algorithms where the server takes the other',
    {
      ehr: {
        configuration: { token_endpoint_auth_signing_alg_values_supported: ['ES384'] },
        token: () => [400, { error: 'invalid_grant' }],
      },
      registration: { authentication: { method: 'private_key_jwt' } },
    },
    'algorithms',
    /signed with RS384, and the server takes ES384/,
  ],
  [
    'an algorithm that the stack has no key for',
    {
      registration: { authentication: { method: 'private_key_jwt' } },
      connection: { vendorOverrides: { assertionAlgorithm: 'ES384' } },
    },
    'algorithms',
    /to be signed with ES384, and the stack has no key for that/,
  ],
  [
    'answers by signed responses only',
    {
      ehr: {
        configuration: {
          code_challenge_methods_supported: ['S256'],
          response_modes_supported: ['jwt', 'query.jwt'],
        },
      },
    },
    'response-mode',
    /demands signed responses \(JARM\): it offers jwt, query\.jwt only/,
  ],
  [
    'requests that must be pushed, and nothing says where',
    {
      ehr: {
        configuration: {
          code_challenge_methods_supported: ['S256'],
          require_pushed_authorization_requests: true,
        },
      },
    },
    'pushed-request',
    /demands that authorization requests are pushed, and does not say where/,
  ],
]

describe('sallyport doctor of a broken connection', () => {
  it.each(BROKEN)('names as the one cause %s', async (_what, given, check, says) => {
    const { of, having } = await examined(given)

    expect(having('wrong')).toEqual([check])
    expect(of(check)).toMatchObject({
      says: expect.stringMatching(says),
      remedy: expect.any(String),
    })
  })
})

describe('sallyport doctor where a server lets nobody know', () => {
  it('cannot tell whether the secret is right where any is taken, and asks so that it can be mailed', async () => {
    const { findings, of, having } = await examined({
      ehr: { token: () => [400, { error: 'invalid_grant' }] },
      deps: { secrets: { read: async () => [new Secret('another')] } },
    })

    expect(having('wrong')).toEqual([])
    expect(having('cannot-tell')).toEqual(['client-authentication'])
    expect(of('client-authentication')?.ask).toBe(
      'Is the client "heartline" enabled, with the authorization code grant and client_secret_basic at the token endpoint? Your server’s answers do not show it.',
    )
    expect(describeFindings('general', findings).join('\n')).toMatch(
      /To ask the hospital:\n\n {2}- Is the client "heartline" enabled/,
    )
  })

  it('cannot tell about PKCE and scopes where the documents are silent', async () => {
    const { having, of } = await examined({ ehr: { configuration: {} } })

    expect(having('wrong')).toEqual([])
    expect(having('cannot-tell')).toEqual(['pkce', 'scopes'])
    expect(of('scopes')?.ask).toContain('launch openid fhirUser patient/Observation.rs')
  })

  it('cannot tell whether scopes are granted that the documents do not list, and names them', async () => {
    const { having, of } = await examined({
      ehr: {
        configuration: {
          code_challenge_methods_supported: ['S256'],
          scopes_supported: ['launch', 'openid', 'fhirUser', 'patient/Patient.rs'],
        },
      },
    })

    expect(having('wrong')).toEqual([])
    expect(having('cannot-tell')).toEqual(['scopes'])
    expect(of('scopes')?.ask).toBe(
      'Will our client be granted patient/Observation.rs? Your documents do not list it.',
    )
  })

  it.each([
    ['a page', 200, '<html>'],
    ['its own failure', 500, { error: 'server_error' }],
    ['a complaint about the request', 400, { error: 'invalid_request' }],
  ])(
    'cannot tell about the client where the token endpoint answers %s',
    async (_what, status, body) => {
      const { having } = await examined({ ehr: { token: () => [status, body] } })

      expect(having('wrong')).toEqual([])
      expect(having('cannot-tell')).toEqual(['client-authentication'])
    },
  )

  it('cannot tell the version of FHIR where metadata are closed, nor the clock without a Date', async () => {
    const { having } = await examined({
      ehr: { statuses: { '/fhir/metadata': 401 }, clockAhead: undefined },
    })

    expect(having('wrong')).toEqual([])
    expect(having('cannot-tell')).toEqual(['fhir-metadata', 'clock'])
  })
})

describe('what doctor sends', () => {
  it('is a made-up code twice, the second time with a credential that is nobody’s', async () => {
    const codes: (string | null)[] = []
    const { of } = await examined({
      ehr: {
        token: ({ isKnown, form }) => {
          codes.push(`${isKnown} ${form.get('code')}`)
          return isKnown ? [400, { error: 'invalid_grant' }] : [401, { error: 'invalid_client' }]
        },
      },
    })

    expect(of('client-authentication')?.verdict).toBe('ok')
    expect(codes).toEqual([expect.stringMatching(/^true /), expect.stringMatching(/^false /)])
    expect(new Set(codes.map((one) => one?.split(' ')[1])).size).toBe(2)
  })

  it('is a client assertion where the client has a key, and another key’s the second time', async () => {
    const assertions: (string | null)[] = []
    const { of } = await examined({
      ehr: {
        token: ({ form }) => {
          assertions.push(form.get('client_assertion'))
          return assertions.length === 1
            ? [400, { error: 'invalid_grant' }]
            : [401, { error: 'invalid_client' }]
        },
      },
      registration: { authentication: { method: 'private_key_jwt' } },
    })

    expect(of('client-authentication')?.verdict).toBe('ok')
    expect(assertions[0]).toMatch(/^ey.+\.ey.+\./)
    expect(assertions[1]).not.toBe(assertions[0])
  })

  it('goes nowhere after a host that the stack does not reach', async () => {
    const requests: (string | undefined)[] = []
    const server = await serve(({ url }, response) => {
      requests.push(url)
      response.end()
    })
    onTestFinished(() => server.close())

    const { having } = await examined({
      connection: { fhirBaseUrl: `${server.origin}/fhir` },
      deps: { probe: createProbe({ upstreams: 'public' }) },
    })

    expect(having('wrong')).toEqual(['dns'])
    expect(requests).toEqual([])
  })
})
