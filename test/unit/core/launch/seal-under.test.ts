import { createCipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearerHash, openUnder, sealUnder } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'

const bearer = new Secret('a-bearer-value')
const refusal = expect.objectContaining({
  code: 'internal_error',
  detail: { reason: 'seal_open_failed' },
})

describe('sealUnder', () => {
  it('gives back any payload under the same bearer value and purpose', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, payload) => {
        const sealed = sealUnder(new Secret(text), 'ticket', payload)

        const opened = openUnder(new Secret(text), 'ticket', sealed)

        expect(JSON.stringify(opened)).toBe(JSON.stringify(payload))
      }),
    )
  })

  it('does not open under another bearer value', () => {
    const sealed = sealUnder(bearer, 'ticket', 'payload')

    expect(() => openUnder(new Secret('another'), 'ticket', sealed)).toThrow(refusal)
  })

  it('does not open for another purpose', () => {
    const sealed = sealUnder(bearer, 'launch', 'payload')

    expect(() => openUnder(bearer, 'ticket', sealed)).toThrow(refusal)
  })

  it('does not open when any one bit was changed, or the end is missing', () => {
    const sealed = sealUnder(bearer, 'ticket', { sessionId: 'id' })

    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Uint8Array.from(sealed, (byte, index) =>
          index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
        )
        expect(() => openUnder(bearer, 'ticket', changed)).toThrow(refusal)
        expect(() => openUnder(bearer, 'ticket', sealed.slice(0, bit >> 3))).toThrow(refusal)
      }),
    )
  })

  it('opens what another version sealed: AES-256-GCM under HKDF-SHA-256 (RFC 5869) without salt', () => {
    const prk = createHmac('sha256', Buffer.alloc(32)).update('a-bearer-value').digest()
    const key = createHmac('sha256', prk).update('ticket\u0001').digest()
    const iv = Buffer.alloc(12, 7)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const body = Buffer.concat([cipher.update('{"name":"Zoë"}'), cipher.final()])
    const sealed = Buffer.concat([iv, cipher.getAuthTag(), body])

    expect(openUnder(bearer, 'ticket', sealed)).toEqual({ name: 'Zoë' })
  })

  it('shows nothing of the payload, and never the same bytes twice', () => {
    const seal = () => sealUnder(bearer, 'ticket', { sessionId: 'the-session-id' })

    expect(Buffer.from(seal()).includes('session')).toBe(false)
    expect(seal()).not.toEqual(seal())
  })
})

describe('bearerHash', () => {
  it('is the SHA-256 in base64url (FIPS 180-4, the hash of abc)', () => {
    expect(bearerHash(new Secret('abc'))).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
