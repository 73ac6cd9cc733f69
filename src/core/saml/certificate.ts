import { createHash } from 'node:crypto'

/** Signs with RSASSA-PKCS1-v1_5 and SHA-256. The private key stays where it is. */
export type SignRsaSha256 = (message: Uint8Array) => Promise<Uint8Array>

export interface CertificateOptions {
  /** DER of the SubjectPublicKeyInfo that is certified. */
  readonly publicKey: Uint8Array
  /** What people see of it. */
  readonly commonName: string
  readonly issuerName: string
  readonly sign: SignRsaSha256
}

const TAG = {
  integer: 0x02,
  bits: 0x03,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utc: 0x17,
  general: 0x18,
  version: 0xa0,
} // prettier-ignore
const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')

/**
 * An X.509 certificate around a key: what metadata and providers want in the place of a key. Nobody is
 * meant to trust it for who signed it: a provider pins it. The same key gets the same bytes each time,
 * so that it need not be kept: its serial number is of the key, its dates are fixed.
 *
 * @returns the DER
 * @see [RFC 5280 §4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)
 */
export async function certificateOf({
  publicKey,
  commonName,
  issuerName,
  sign,
}: CertificateOptions): Promise<Uint8Array> {
  const algorithm = der(TAG.sequence, der(TAG.oid, SHA256_WITH_RSA), der(TAG.null))
  const toBeSigned = der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serialOf(publicKey)),
    algorithm,
    nameOf(issuerName),
    // Before any deployment, and the end that RFC 5280 §4.1.2.5 has for "no end".
    der(
      TAG.sequence,
      der(TAG.utc, ascii('200101000000Z')),
      der(TAG.general, ascii('99991231235959Z')),
    ),
    nameOf(commonName),
    publicKey,
  )
  const signature = await sign(toBeSigned)
  return der(TAG.sequence, toBeSigned, algorithm, der(TAG.bits, Buffer.from([0]), signature))
}

function nameOf(commonName: string): Buffer {
  const attribute = der(
    TAG.sequence,
    der(TAG.oid, COMMON_NAME),
    der(TAG.utf8, Buffer.from(commonName)),
  )
  return der(TAG.sequence, der(TAG.set, attribute))
}

/** Positive, and of twenty bytes at most. */
function serialOf(publicKey: Uint8Array): Buffer {
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 16)
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return serial
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = length > 0xff ? [length >> 8, length & 0xff] : [length]
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'ascii')
}
