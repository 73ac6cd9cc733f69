import { generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joseSignature } from '#adapters/kms/ecdsa-signature.ts'

/** A whole number as DER has it: no needless leading zero, one where the first bit is set. */
function integer(value: Uint8Array): Buffer {
  const first = value.findIndex((byte) => byte !== 0)
  const significant = first < 0 ? Buffer.alloc(1) : Buffer.from(value.subarray(first))
  const signed =
    (significant[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), significant]) : significant
  return Buffer.concat([Buffer.from([0x02, signed.length]), signed])
}

function der(r: Uint8Array, s: Uint8Array): Buffer {
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

/** Halves of 32 bytes with any number of leading zeros. */
const half = fc
  .tuple(fc.nat({ max: 31 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([zeros, bytes]) => bytes.fill(0, 0, zeros))

describe('joseSignature', () => {
  it('gives every r and s its full width, short ones too', () => {
    fc.assert(
      fc.property(half, half, (r, s) => {
        expect(joseSignature(der(r, s), 32)).toEqual(Buffer.concat([r, s]))
      }),
      { numRuns: 500 },
    )
  })

  it('makes of a thousand real signatures ones that verify as JOSE’s (SM-47)', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

    for (let serial = 0; serial < 1_000; serial += 1) {
      const message = Buffer.from(`message ${serial}`)
      const signature = joseSignature(sign('sha256', message, privateKey), 32)

      expect(signature).toHaveLength(64)
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      expect(verify('sha256', message, key, signature)).toBe(true)
    }
  })

  it('refuses what is no signature', () => {
    const good = der(Buffer.alloc(32, 1), Buffer.alloc(32, 2))
    const changed = (at: number, byte: number) => Buffer.from(good).fill(byte, at, at + 1)
    const bad = [
      Buffer.alloc(0),
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.alloc(1)]),
      der(Buffer.alloc(33, 1), Buffer.alloc(32, 2)),
      Buffer.from([0x30, 4, 0x02, 0, 0x02, 0]),
      changed(0, 0x31),
      changed(1, good.length - 3),
      changed(2, 0x03),
      changed(36, 0x03),
      // An r that takes s in, and an s that is longer than the rest.
      changed(3, good.length - 4),
      changed(37, 33),
      // A third whole number in the sequence, as long as it says.
      Buffer.concat([good, Buffer.from([0x02, 1, 1])]).fill(good.length + 1, 1, 2),
    ]

    for (const bytes of bad) {
      expect(() => joseSignature(bytes, 32)).toThrow(new Error('Not an ECDSA signature in DER'))
    }
  })

  it('refuses any noise, rather than make something of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        fc.pre(bytes[0] !== 0x30)
        expect(() => joseSignature(bytes, 32)).toThrow()
      }),
    )
  })
})
