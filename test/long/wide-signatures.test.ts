import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { joseSignature } from '#adapters/kms/ecdsa-signature.ts'

/** One in 128 has an r or an s that is shorter than the curve; it verifies only at its full width. */
test('a thousand ES384 signatures in DER are the full width in JOSE, and verify (SM-47)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  let short = 0

  for (let serial = 0; serial < 1_000; serial += 1) {
    const message = Buffer.from(`message ${serial}`)
    const der = sign('sha384', message, privateKey)
    if (der.length < 102) short += 1
    const signature = joseSignature(der, 48)

    expect(signature).toHaveLength(96)
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha384', message, key, signature)).toBe(true)
  }
  expect(short).toBeGreaterThan(0)
})
