import { calculateJwkThumbprint, importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { createTables } from './local-aws.ts'

async function setup(alg: 'RS384' | 'ES256' | 'ES384') {
  const { aws, kms, keys } = await createTables()
  const keyArn = { RS384: keys.assertions, ES256: keys.tokens, ES384: keys.elliptic }[alg]
  const signer = kmsSigner({ kms, keyArn, alg })
  const kmsCalls = () => aws.calls.map(({ action }) => action)
  return { kms, keys, signer, kmsCalls }
}

describe('kmsSigner', () => {
  it.each([
    ['RS384', { kty: 'RSA' }],
    ['ES256', { kty: 'EC', crv: 'P-256' }],
    ['ES384', { kty: 'EC', crv: 'P-384' }],
  ] as const)('publishes the public half of an %s key under its thumbprint', async (alg, kind) => {
    const { signer } = await setup(alg)

    const jwk = await signer.publicJwk()

    expect(jwk).toMatchObject({ ...kind, alg, use: 'sig' })
    expect(jwk.kid).toBe(await calculateJwkThumbprint(jwk))
    expect(jwk).not.toHaveProperty('d')
  })

  it.each([
    ['RS384', 'JWT'],
    ['ES256', 'at+jwt'],
    ['ES384', 'JWT'],
  ] as const)(
    'signs with %s what the public key verifies, under alg, kid and typ and nothing else (SM-47, SM-49)',
    async (alg, typ) => {
      const { signer } = await setup(alg)
      const jwk = await signer.publicJwk()

      const jwt = await signer.signJwt(typ, { iss: 'us', name: 'Zoë' })
      const { payload, protectedHeader } = await jwtVerify(jwt, await importJWK(jwk, alg))

      expect(protectedHeader).toEqual({ alg, kid: jwk.kid, typ })
      expect(payload).toEqual({ iss: 'us', name: 'Zoë' })
    },
  )

  it.each([
    ['ES256', 64],
    ['ES384', 96],
  ] as const)(
    'makes two hundred %s signatures of the full width, each of which verifies (SM-47)',
    async (alg, width) => {
      const { signer } = await setup(alg)
      const key = await importJWK(await signer.publicJwk(), alg)

      for (let serial = 0; serial < 200; serial += 1) {
        const jwt = await signer.signJwt('at+jwt', { jti: String(serial) })

        expect(Buffer.from(jwt.split('.')[2] ?? '', 'base64url')).toHaveLength(width)
        expect((await jwtVerify(jwt, key)).payload.jti).toBe(String(serial))
      }
    },
    30_000,
  )

  it('reads the public key once', async () => {
    const { signer, kmsCalls } = await setup('ES256')

    await Promise.all([signer.publicJwk(), signer.signJwt('JWT', {}), signer.signJwt('JWT', {})])
    await signer.publicJwk()

    expect(kmsCalls().filter((action) => action === 'GetPublicKey')).toHaveLength(1)
  })

  it('refuses a key of another kind than its algorithm’s', async () => {
    const { kms, keys } = await setup('ES256')
    const signer = kmsSigner({ kms, keyArn: keys.assertions, alg: 'ES256' })

    await expect(signer.signJwt('JWT', {})).rejects.toThrow('not one for ES256')
  })

  it('reads the public key again where that failed', async () => {
    const { kms, keys } = await setup('ES256')
    const failing = { once: true }
    kms.middlewareStack.add(
      (next) => async (args) => {
        if (!failing.once) return next(args)
        failing.once = false
        throw new Error('KMS is away')
      },
      { step: 'initialize', name: 'failOnce' },
    )
    const signer = kmsSigner({ kms, keyArn: keys.tokens, alg: 'ES256' })

    await expect(signer.publicJwk()).rejects.toThrow('KMS is away')

    expect(await signer.publicJwk()).toMatchObject({ kty: 'EC' })
  })
})
