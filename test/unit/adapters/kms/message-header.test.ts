import {
  EncryptedDataKey,
  MessageFormat,
  NodeAlgorithmSuite,
} from '@aws-crypto/material-management-node'
import { ContentType, serializeFactory } from '@aws-crypto/serialize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMessageHeader } from '#adapters/kms/message-header.ts'
import { sealingKeyOf } from '#adapters/kms/sealing-key-of.ts'

const { serializeMessageHeader } = serializeFactory((text) => Buffer.from(text), {
  utf8Sorting: true,
})
const suite = new NodeAlgorithmSuite(0x0478)
const dataKey = (providerInfo: string) =>
  new EncryptedDataKey({
    providerId: 'aws-kms',
    providerInfo,
    encryptedDataKey: new Uint8Array(184).fill(9),
  })

/** The head of a message as the SDK writes it. */
function headOf(encryptionContext: Readonly<Record<string, string>>, keys: readonly string[]) {
  return serializeMessageHeader({
    version: MessageFormat.V2,
    suiteId: 0x0478,
    messageId: new Uint8Array(32).fill(7),
    encryptionContext,
    encryptedDataKeys: keys.map(dataKey),
    contentType: ContentType.FRAMED_DATA,
    frameLength: 4096,
    suiteData: new Uint8Array(32),
  })
}

const CONTEXT = { connection: 'general-production', purpose: 'session-tokens' }
const KEYS = ['arn:aws:kms:us-east-1:000000000000:key/one']

describe('readMessageHeader', () => {
  it('reads what the SDK wrote, of any context and any keys', () => {
    const unit = fc.constantFrom('a', ':', 'é', '病', '\u{1d11e}', '\0')
    const text = fc.string({ unit, minLength: 1, maxLength: 20 })
    const context = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true })
    fc.assert(
      fc.property(context, fc.array(text, { maxLength: 3 }), (encryptionContext, keys) => {
        expect(readMessageHeader(headOf(encryptionContext, keys))).toEqual({
          suiteId: suite.id,
          encryptionContext,
          providerInfos: keys,
        })
      }),
      { numRuns: 30 },
    )
  })

  it('reads a message that stands within other bytes', () => {
    const head = headOf(CONTEXT, KEYS)
    const around = new Uint8Array(head.length + 20).fill(2)
    around.set(head, 10)

    const within = around.subarray(10, 10 + head.length)

    expect(readMessageHeader(within).encryptionContext).toEqual(CONTEXT)
  })

  it('refuses a head that is cut short anywhere before its last data key’s end', () => {
    const head = headOf(CONTEXT, KEYS)
    const whole = head.length - 1 - 4 - 32

    expect(readMessageHeader(head.subarray(0, whole)).providerInfos).toEqual(KEYS)
    for (let length = 0; length < whole; length += 1) {
      expect(() => readMessageHeader(head.subarray(0, length))).toThrow(RangeError)
    }
  })

  it('refuses another format version', () => {
    const head = headOf(CONTEXT, KEYS)
    head[0] = 1

    expect(() => readMessageHeader(head)).toThrow('Not a message of format version 2')
  })
})

describe('sealingKeyOf', () => {
  it('names the key of a message, and none where it has several', () => {
    // After the head come its tag, and then the body.
    const message = (keys: readonly string[]) =>
      Buffer.concat([headOf(CONTEXT, keys), Buffer.alloc(64)])

    expect(sealingKeyOf(message(KEYS))).toBe(KEYS[0])
    expect(sealingKeyOf(message([...KEYS, 'another']))).toBeUndefined()
  })

  it('says of bytes that end within a head that they name none', () => {
    expect(sealingKeyOf(headOf(CONTEXT, KEYS).subarray(0, 60))).toBeUndefined()
    expect(sealingKeyOf(new Uint8Array())).toBeUndefined()
  })
})
