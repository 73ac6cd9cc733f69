import { constants, type KeyObject, privateDecrypt } from 'node:crypto'
import { AwsError } from './aws-error.ts'

/** What an RSA key decrypts by; each name has one hash for both of its halves. */
export const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const

/** @throws AwsError `InvalidCiphertextException`, which says nothing more, as KMS does not */
export function decryptOaep(
  key: KeyObject,
  ciphertext: Buffer,
  algorithm: (typeof OAEP)[number],
): Buffer {
  const oaepHash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256'
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext)
  } catch {
    throw new AwsError('InvalidCiphertextException', '')
  }
}
