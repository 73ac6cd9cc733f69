import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AwsError } from './aws-error.ts'

export type EncryptionContext = Readonly<Record<string, string>>

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts under a symmetric key; the blob names the key, and the context is authenticated. */
export function encryptBlob(
  keyId: string,
  secret: Buffer,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const head = Buffer.from([VERSION, keyId.length])
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(authenticated(keyId, context))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([head, Buffer.from(keyId, 'ascii'), iv, body, cipher.getAuthTag()])
}

/**
 * The key that a blob was made under.
 *
 * @throws AwsError `InvalidCiphertextException`
 */
export function keyIdOf(blob: Buffer): string {
  const length = blob[1] ?? 0
  if (blob[0] !== VERSION || blob.length < 2 + length + IV_BYTES + TAG_BYTES) throw invalid()
  return blob.toString('ascii', 2, 2 + length)
}

/**
 * Opens what {@link encryptBlob} made under the same key and context.
 *
 * @throws AwsError `InvalidCiphertextException`, which like that of KMS does not say why
 */
export function decryptBlob(secret: Buffer, blob: Buffer, context: EncryptionContext): Buffer {
  const keyId = keyIdOf(blob)
  const start = 2 + keyId.length
  const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(start, start + IV_BYTES))
    .setAAD(authenticated(keyId, context))
    .setAuthTag(blob.subarray(-TAG_BYTES))
  try {
    const body = blob.subarray(start + IV_BYTES, -TAG_BYTES)
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch {
    throw invalid()
  }
}

function authenticated(keyId: string, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify([keyId, pairs]))
}

function invalid(): AwsError {
  return new AwsError('InvalidCiphertextException', '')
}
