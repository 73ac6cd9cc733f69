import { createDecipheriv } from 'node:crypto'
import { entryOf } from '#core/entry-of.ts'
import type { BrokerError } from '#core/errors.ts'
import { fromBase64, plainXmlOf } from './decode-message.ts'
import { NS } from './names.ts'
import { refused } from './refuse.ts'
import { childrenOf, everyElement, isElement, simpleText, type XmlElement } from './xml-element.ts'

/** How the key of an assertion is wrapped, as KMS calls it; both of its halves use one hash. */
type KeyWrap = 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'

/**
 * Unwraps the key that an assertion is encrypted under. The private key that does it stays where it
 * is; rejects what does not unwrap.
 */
export type UnwrapKey = (wrapped: Uint8Array, wrap: KeyWrap) => Promise<Uint8Array>

const OAEP_MGF1P = `${NS.encryption}rsa-oaep-mgf1p`
const OAEP = `${NS.encryption11}rsa-oaep`
const MGF1_SHA256 = `${NS.encryption11}mgf1sha256`
const SHA1 = `${NS.signature}sha1`
const SHA256 = `${NS.encryption}sha256`

interface Cipher {
  readonly name: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-256-cbc'
  readonly keyBytes: number
  /** Says by itself whether the text was changed. */
  readonly isAuthenticated: boolean
}

const CIPHERS: Readonly<Record<string, Cipher>> = {
  [`${NS.encryption11}aes128-gcm`]: { name: 'aes-128-gcm', keyBytes: 16, isAuthenticated: true },
  [`${NS.encryption11}aes256-gcm`]: { name: 'aes-256-gcm', keyBytes: 32, isAuthenticated: true },
  [`${NS.encryption}aes128-cbc`]: { name: 'aes-128-cbc', keyBytes: 16, isAuthenticated: false },
  [`${NS.encryption}aes256-cbc`]: { name: 'aes-256-cbc', keyBytes: 32, isAuthenticated: false },
}

/**
 * Decrypts an `EncryptedAssertion`, and holds what comes out to what any message is held to.
 *
 * CBC is taken only where a signature around it was verified before: without one, whoever changes the
 * ciphertext learns from our answers what is in it. Whatever fails has one error (SA-17).
 *
 * @param around whether a verified signature covers the ciphertext
 * @returns the text of the assertion, which is not verified
 * @throws BrokerError `saml_response_invalid`, reason `decryption_failed`
 * @see [XML Encryption 1.1](https://www.w3.org/TR/xmlenc-core1/)
 */
export async function decryptAssertion(
  encrypted: XmlElement,
  around: { readonly isSigned: boolean },
  unwrapKey: UnwrapKey,
): Promise<string> {
  try {
    const [data, more] = childrenOf(encrypted, NS.encryption, 'EncryptedData')
    if (!data || more) throw failed()
    const cipher = entryOf(CIPHERS, methodOf(data))
    if (!cipher || (!cipher.isAuthenticated && !around.isSigned)) throw failed()

    const keys = everyElement(encrypted).filter((one) =>
      isElement(one, NS.encryption, 'EncryptedKey'),
    )
    const [wrapped] = keys
    if (!wrapped || keys.length > 1) throw failed()
    const key = await unwrapKey(cipherValue(wrapped), keyWrapOf(wrapped))
    if (key.byteLength !== cipher.keyBytes) throw failed()
    return plainXmlOf(decipher(cipher, key, cipherValue(data)))
  } catch (cause) {
    throw refused('decryption_failed', cause)
  }
}

function decipher({ name, isAuthenticated }: Cipher, key: Uint8Array, text: Uint8Array) {
  if (isAuthenticated) {
    const decipher = createDecipheriv(name as 'aes-256-gcm', key, text.subarray(0, 12), {
      authTagLength: 16,
    }).setAuthTag(text.subarray(-16))
    return Buffer.concat([decipher.update(text.subarray(12, -16)), decipher.final()])
  }
  const decipher = createDecipheriv(name, key, text.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(text.subarray(16)), decipher.final()])
  // Only the last byte of this padding has a meaning (XML Encryption §5.2).
  const padding = padded.at(-1) ?? 0
  if (padding < 1 || padding > 16) throw failed()
  return padded.subarray(0, -padding)
}

function keyWrapOf(wrapped: XmlElement): KeyWrap {
  const [method] = childrenOf(wrapped, NS.encryption, 'EncryptionMethod')
  const algorithm = method?.attributes.get('Algorithm')
  const digest = algorithmIn(method, NS.signature, 'DigestMethod') ?? SHA1
  const mask = algorithmIn(method, NS.encryption11, 'MGF')
  // The older name always has MGF1 with SHA-1.
  if (algorithm === OAEP_MGF1P && digest === SHA1) return 'RSAES_OAEP_SHA_1'
  if (algorithm === OAEP && digest === SHA256 && mask === MGF1_SHA256) return 'RSAES_OAEP_SHA_256'
  throw failed()
}

function algorithmIn(method: XmlElement | undefined, namespace: string, name: string) {
  const [found] = method ? childrenOf(method, namespace, name) : []
  return found?.attributes.get('Algorithm')
}

function methodOf(data: XmlElement): string {
  const [method] = childrenOf(data, NS.encryption, 'EncryptionMethod')
  return method?.attributes.get('Algorithm') ?? ''
}

function cipherValue(of: XmlElement): Uint8Array {
  const [data] = childrenOf(of, NS.encryption, 'CipherData')
  const [value] = data ? childrenOf(data, NS.encryption, 'CipherValue') : []
  return fromBase64((value && simpleText(value)) ?? '')
}

function failed(): BrokerError {
  return refused('decryption_failed')
}
