import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { clientAuthentication } from '#core/oauth/client-authentication.ts'
import { Secret } from '#core/secret.ts'
import type { Signer } from '#core/signer.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { aConnection, aRegistration, NOW } from '../../../fixtures.ts'

const BASIC = { method: 'client_secret_basic', secretRef: 'general' } as const
/** As the registry has it; the server's document says something else. */
const REGISTERED_ISSUER = 'https://as.example/registered'
const SERVER = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' }

function setup(algorithms: readonly string[] = ['RS384']) {
  const signed: { typ: string; alg: string; payload: Readonly<Record<string, unknown>> }[] = []
  const signers = algorithms.map(
    (alg): Signer => ({
      alg,
      publicJwk: () => Promise.reject(new Error('not asked for')),
      signJwt: async (typ, payload) => {
        signed.push({ typ, alg, payload })
        const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
        return `${encode({ typ })}.${encode(payload)}.signature`
      },
    }),
  )
  const authenticate = async (
    authentication: Parameters<typeof aRegistration>[0],
    vendorOverrides: Partial<VendorBehavior> = {},
    issuer?: string,
  ) => {
    const registration = aRegistration(authentication)
    const connection = aConnection({
      vendorOverrides,
      ...(issuer !== undefined && { authorizationServer: { issuer } }),
    })
    const body = new URLSearchParams()
    const headers = new Headers()
    const secret = new Secret('p-$ + /:ü')
    const auth = clientAuthentication({ registration, connection }, secret, {
      signers,
      now: () => NOW,
    })
    await auth(SERVER, { client_id: registration.clientId }, body, headers)
    return { body, headers }
  }
  return { authenticate, signed }
}

describe('clientAuthentication', () => {
  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'by %s says that the secret is missing where none is kept, and sends nothing',
    async (method) => {
      const registration = aRegistration({ authentication: { method, secretRef: 'general' } })
      const client = { registration, connection: aConnection({}) }
      const headers = new Headers()
      const proven = async () =>
        clientAuthentication(client, undefined, { signers: [], now: () => NOW })(
          SERVER,
          { client_id: registration.clientId },
          new URLSearchParams(),
          headers,
        )

      await expect(proven()).rejects.toMatchObject({
        code: 'internal_error',
        detail: { reason: 'secret_missing' },
      })
      expect(headers.get('authorization')).toBeNull()
    },
  )

  it('names a public client in the body, and proves nothing (SM-41, IN-07)', async () => {
    const { body, headers } = await setup().authenticate({ authentication: { method: 'none' } })

    expect(Object.fromEntries(body)).toEqual({ client_id: 'client-at-general' })
    expect(headers.get('authorization')).toBeNull()
  })

  it('form-encodes the Basic credentials and leaves client_id out of the body (OA-02, SM-41, SM-43, RP-02)', async () => {
    const { body, headers } = await setup().authenticate({
      clientId: 'a_client.id-1',
      authentication: { method: 'client_secret_basic', secretRef: 'general' },
    })

    const [scheme, credentials = ''] = headers.get('authorization')?.split(' ') ?? []
    expect(scheme).toBe('Basic')
    expect(Buffer.from(credentials, 'base64').toString()).toBe(
      'a_client.id-1:p-%24+%2B+%2F%3A%C3%BC',
    )
    expect([...body]).toEqual([])
  })

  it('sends Basic credentials as they are where the vendor wants them so (OA-02, IN-06)', async () => {
    const { headers } = await setup().authenticate(
      { clientId: 'a_client.id-1', authentication: BASIC },
      { basicEncoding: 'raw' },
    )

    const credentials = headers.get('authorization')?.replace('Basic ', '') ?? ''
    expect(Buffer.from(credentials, 'base64').toString()).toBe('a_client.id-1:p-$ + /:ü')
  })

  it('posts id and secret, and says nothing in a header, with client_secret_post (OA-01)', async () => {
    const { body, headers } = await setup().authenticate({
      authentication: { method: 'client_secret_post', secretRef: 'general' },
    })

    expect(Object.fromEntries(body)).toEqual({
      client_id: 'client-at-general',
      client_secret: 'p-$ + /:ü',
    })
    expect([...headers]).toEqual([])
  })

  it.each([BASIC, { method: 'private_key_jwt' } as const])(
    'names the client in the body too where the vendor wants both: $method',
    async (authentication) => {
      const { body } = await setup().authenticate({ authentication }, { clientIdInBody: 'always' })

      expect(body.getAll('client_id')).toEqual(['client-at-general'])
    },
  )

  it.each([
    ['issuer', REGISTERED_ISSUER],
    ['fhir-base', aConnection().fhirBaseUrl],
  ] as const)(
    'has the %s of the registry as aud where the vendor wants it, one string (SM-46, JW-02)',
    async (assertionAudience, aud) => {
      const { authenticate, signed } = setup()

      await authenticate(
        { authentication: { method: 'private_key_jwt' } },
        { assertionAudience },
        REGISTERED_ISSUER,
      )

      expect(signed[0]?.payload['aud']).toBe(aud)
    },
  )

  it('signs nothing for an issuer that only the server’s document names (audience injection, CX-05)', async () => {
    const { authenticate, signed } = setup()

    await expect(
      authenticate(
        { authentication: { method: 'private_key_jwt' } },
        { assertionAudience: 'issuer' },
      ),
    ).rejects.toMatchObject({ detail: { reason: 'assertion_audience_missing' } })
    expect(signed).toEqual([])
  })

  it('signs an assertion as SMART has it: typ JWT, aud the token URL, short, no client_id (SM-41, 44, 45, 46, IN-05, JW-01)', async () => {
    const { authenticate, signed } = setup()

    const { body } = await authenticate({ authentication: { method: 'private_key_jwt' } })

    expect(signed[0]?.typ).toBe('JWT')
    expect(decodeJwt(body.get('client_assertion') ?? '')).toEqual({
      iss: 'client-at-general',
      sub: 'client-at-general',
      aud: SERVER.token_endpoint,
      iat: NOW,
      exp: NOW + 60,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(body.get('client_assertion_type')).toBe(
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    )
    expect(body.has('client_id')).toBe(false)
  })

  it.each([
    [['RS384', 'ES384'], 'any', 'RS384'],
    [['ES384', 'RS384'], 'any', 'ES384'],
    [['RS384', 'ES384'], 'ES384', 'ES384'],
    [['ES384', 'RS384'], 'RS384', 'RS384'],
  ] as const)(
    'signs with what the EHR wants, of the keys %j where it wants %s (SM-47)',
    async (algorithms, assertionAlgorithm, alg) => {
      const { authenticate, signed } = setup(algorithms)

      await authenticate({ authentication: { method: 'private_key_jwt' } }, { assertionAlgorithm })

      expect(signed.map((one) => one.alg)).toEqual([alg])
    },
  )

  it('signs with no key of another algorithm than the EHR wants', async () => {
    const { authenticate, signed } = setup(['RS384'])

    await expect(
      authenticate(
        { authentication: { method: 'private_key_jwt' } },
        { assertionAlgorithm: 'ES384' },
      ),
    ).rejects.toMatchObject({ detail: { reason: 'assertion_key_missing' } })
    expect(signed).toEqual([])
  })

  it('never uses a jti twice (SM-45, JW-03)', async () => {
    const { authenticate, signed } = setup()

    await authenticate({ authentication: { method: 'private_key_jwt' } })
    await authenticate({ authentication: { method: 'private_key_jwt' } })

    expect(new Set(signed.map(({ payload }) => payload['jti'])).size).toBe(2)
  })
})
