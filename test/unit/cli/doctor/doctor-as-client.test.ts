import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { describeFindings } from '#cli/doctor/describe-findings.ts'
import { Secret } from '#core/secret.ts'
import { examined, type Given, REDIRECT_URI } from '../../../support/examined-connection.ts'
import { joseSigner } from '../../../support/jose-signer.ts'

describe('sallyport doctor of an EHR that takes one algorithm of assertions', () => {
  const takesElliptic: Given = {
    ehr: {
      configuration: { token_endpoint_auth_signing_alg_values_supported: ['ES384'] },
      token: () => [400, { error: 'invalid_grant' }],
    },
    registration: { authentication: { method: 'private_key_jwt' } },
  }

  it('names the field that has the stack’s other key sign, and the key to add where there is none', async () => {
    const [rsa, elliptic] = [await joseSigner('RS384'), await joseSigner('ES384')]
    const one = await examined({ ...takesElliptic, deps: { signers: [rsa] } })
    const both = await examined({ ...takesElliptic, deps: { signers: [rsa, elliptic] } })

    const remedy = '"vendorOverrides": { "assertionAlgorithm": "ES384" }'
    expect(both.of('algorithms')?.remedy).toBe(`${remedy}.`)
    expect(one.of('algorithms')?.remedy).toBe(
      `${remedy}, once the stack has a key for ES384 (assertionsKeys in docs/operations.md).`,
    )
  })

  it('finds nothing wrong where the connection has chosen it, and proves itself by that key', async () => {
    const assertions: string[] = []
    const { having } = await examined({
      ...takesElliptic,
      ehr: {
        ...takesElliptic.ehr,
        token: ({ form }) => {
          assertions.push(form.get('client_assertion') ?? '')
          return [400, { error: 'invalid_grant' }]
        },
      },
      connection: { vendorOverrides: { assertionAlgorithm: 'ES384' } },
      deps: { signers: [await joseSigner('RS384'), await joseSigner('ES384')] },
    })

    expect(having('wrong')).toEqual([])
    expect(assertions.map((one) => decodeProtectedHeader(one).alg)).toEqual(['ES384', 'ES384'])
  })
})

describe('sallyport doctor of an EHR that takes pushed requests', () => {
  const TAKEN = [201, { request_uri: 'urn:r:1', expires_in: 60 }] as const

  it('pushes what a launch would, and says that the redirect URI is known where that is taken', async () => {
    const pushed: URLSearchParams[] = []
    const { findings, of, having } = await examined({
      ehr: {
        pushed: ({ isKnown, form }) => {
          pushed.push(form)
          return isKnown ? TAKEN : [401, { error: 'invalid_client' }]
        },
      },
    })

    expect(having('wrong', 'cannot-tell')).toEqual([])
    expect(of('pushed-request')?.verdict).toBe('ok')
    expect(pushed.map((form) => Object.fromEntries(form))).toEqual([
      expect.objectContaining({
        response_type: 'code',
        client_id: 'heartline',
        redirect_uri: REDIRECT_URI,
        scope: 'launch openid fhirUser patient/Observation.rs',
        code_challenge_method: 'S256',
        launch: expect.any(String),
      }),
    ])
    expect(of('redirect-uri')).toEqual({
      check: 'redirect-uri',
      verdict: 'ok',
      says: `The server took a request with ${REDIRECT_URI}`,
    })
    expect(describeFindings('general', findings).join('\n')).not.toContain('To ask the hospital')
  })

  it.each([
    ['no redirect URI of ours', [400, { error: 'invalid_redirect_uri' }], /redirect URI/],
    ['fewer scopes', [400, { error: 'invalid_scope' }], /refuses the scopes/],
    ['no client of ours', [401, { error: 'invalid_client' }], /no pushed request of this client/],
    ['nobody so', [403, { error: 'unauthorized_client' }], /no pushed request of this client/],
    ['nothing', [404, ''], /does not take requests \(status 404\)/],
    ['nothing today', [503, ''], /does not take requests \(status 503\)/],
  ] as const)('names as the one cause that it takes %s', async (_what, answer, says) => {
    const { of, having } = await examined({ ehr: { pushed: () => answer } })

    expect(having('wrong')).toEqual(['pushed-request'])
    expect(of('pushed-request')).toMatchObject({
      says: expect.stringMatching(says),
      remedy: expect.any(String),
    })
    expect(of('redirect-uri')?.says).toBe(`To be registered exactly: ${REDIRECT_URI}`)
  })

  it('cannot tell where it may be the made-up launch that is refused, and asks', async () => {
    const { of, having } = await examined({
      ehr: { pushed: () => [400, { error: 'invalid_request' }] },
    })

    expect(having('wrong')).toEqual([])
    expect(having('cannot-tell')).toEqual(['pushed-request'])
    expect(of('pushed-request')?.ask).toMatch(/^May the client "heartline" push .*\/par, with/)
  })

  it('pushes nothing for a client that is refused already, and names that alone', async () => {
    let pushes = 0
    const { of, having } = await examined({
      ehr: {
        pushed: () => {
          pushes += 1
          return TAKEN
        },
      },
      deps: { secrets: { read: async () => [new Secret('another')] } },
    })

    expect(having('wrong')).toEqual(['client-authentication'])
    expect(of('pushed-request')?.verdict).toBe('note')
    expect(pushes).toBe(0)
  })

  it('says where a connection pushes none and the server demands it, and leaves it where it does not', async () => {
    const off: Given = {
      ehr: { pushed: () => TAKEN },
      connection: { vendorOverrides: { pushedRequests: 'none' } },
    }
    const demanded = await examined({
      ...off,
      ehr: {
        ...off.ehr,
        configuration: {
          require_pushed_authorization_requests: true,
          code_challenge_methods_supported: ['S256'],
        },
      },
    })
    const offered = await examined(off)

    expect(demanded.having('wrong')).toEqual(['pushed-request'])
    expect(demanded.of('pushed-request')?.says).toContain('this connection pushes none')
    expect(offered.having('wrong')).toEqual([])
    expect(offered.of('pushed-request')?.verdict).toBe('note')
  })
})

describe('sallyport doctor of how an EHR answers', () => {
  it.each([
    [['query', 'form_post'], '', 'ok'],
    [['query', 'jwt'], '', 'ok'],
    [['form_post'], 'form_post', 'ok'],
    [[], '', 'ok'],
    [['form_post'], '', 'cannot-tell'],
  ] as const)('offered %j, and asked for by %j, it finds %s', async (modes, mode, verdict) => {
    const { of } = await examined({
      ehr: { configuration: { response_modes_supported: modes } },
      connection: { vendorOverrides: { responseMode: mode } },
    })

    expect(of('response-mode')?.verdict).toBe(verdict)
  })
})
