import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { clientAuthentication } from '#core/oauth/client-authentication.ts'
import { Secret } from '#core/secret.ts'
import type { Signer } from '#core/signer.ts'
import { aRegistration, NOW } from '../../../fixtures.ts'

const SERVER = { issuer: 'https://as.example', token_endpoint: 'https://as.example/token' }

function setup() {
  const reads: (boolean | undefined)[] = []
  const signed: { typ: string; payload: Readonly<Record<string, unknown>> }[] = []
  const signer: Signer = {
    publicJwk: () => Promise.reject(new Error('not asked for')),
    signJwt: async (typ, payload) => {
      signed.push({ typ, payload })
      const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
      return `${encode({ typ })}.${encode(payload)}.signature`
    },
  }
  const deps = {
    secrets: {
      read: async (_ref: string, options?: { readonly fresh?: boolean }) => {
        reads.push(options?.fresh)
        return [new Secret('p-$ + /:ü')]
      },
    },
    signer,
    now: () => NOW,
  }
  const authenticate = async (
    authentication: Parameters<typeof aRegistration>[0],
    options: { readonly freshSecret?: boolean } = {},
  ) => {
    const registration = aRegistration(authentication)
    const body = new URLSearchParams()
    const headers = new Headers()
    const auth = await clientAuthentication(registration, deps, options)
    await auth(SERVER, { client_id: registration.clientId }, body, headers)
    return { body, headers }
  }
  return { authenticate, reads, signed }
}

describe('clientAuthentication', () => {
  it('names a public client in the body, and proves nothing', async () => {
    const { body, headers } = await setup().authenticate({ authentication: { method: 'none' } })

    expect(Object.fromEntries(body)).toEqual({ client_id: 'client-at-general' })
    expect(headers.get('authorization')).toBeNull()
  })

  it('form-encodes the Basic credentials and leaves client_id out of the body (OA-02, SM-41)', async () => {
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

  it('reads the secret past the cache when it is told to', async () => {
    const { authenticate, reads } = setup()
    const authentication = { method: 'client_secret_basic', secretRef: 'general' } as const

    await authenticate({ authentication })
    await authenticate({ authentication }, { freshSecret: true })

    expect(reads).toEqual([false, true])
  })

  it('signs an assertion as SMART has it: typ JWT, aud the token URL, short, no client_id (SM-41, 44, 45, 46)', async () => {
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

  it('never uses a jti twice (SM-45)', async () => {
    const { authenticate, signed } = setup()

    await authenticate({ authentication: { method: 'private_key_jwt' } })
    await authenticate({ authentication: { method: 'private_key_jwt' } })

    expect(new Set(signed.map(({ payload }) => payload['jti'])).size).toBe(2)
  })
})
