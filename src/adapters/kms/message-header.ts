/** What stands in clear at the head of a message of the AWS Encryption SDK. */
export interface MessageHeader {
  readonly suiteId: number
  readonly encryptionContext: Readonly<Record<string, string>>
  /** Of each encrypted data key: for KMS, the ARN of the key that it is encrypted under. */
  readonly providerInfos: readonly string[]
}

/** Version (1), algorithm suite (2), message id (32). */
const SUITE_AT = 1
const CONTEXT_AT = 35

/**
 * Reads the head of a message in format version 2, so that it can be judged before KMS is asked.
 * Nothing of it is proved: the decryption does that.
 *
 * @throws RangeError for anything else
 * @see [Message format](https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html)
 */
export function readMessageHeader(message: Uint8Array): MessageHeader {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  if (bytes.readUInt8(0) !== 2) throw new RangeError('Not a message of format version 2')

  let at = CONTEXT_AT
  const number = (): number => {
    at += 2
    return bytes.readUInt16BE(at - 2)
  }
  const text = (): string => {
    const length = number()
    if (at + length > bytes.length) throw new RangeError('The message ends within its head')
    at += length
    return bytes.toString('utf8', at - length, at)
  }

  const contextLength = number()
  const pairs = contextLength > 0 ? number() : 0
  const encryptionContext = Object.fromEntries(
    Array.from({ length: pairs }, () => [text(), text()]),
  )
  const providerInfos = Array.from({ length: number() }, () => {
    text()
    const info = text()
    text()
    return info
  })
  return { suiteId: bytes.readUInt16BE(SUITE_AT), encryptionContext, providerInfos }
}
