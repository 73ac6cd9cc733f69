import { NodeAlgorithmSuite } from '@aws-crypto/material-management-node'
import { deserializeFactory } from '@aws-crypto/serialize'

const { deserializeMessageHeader } = deserializeFactory(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  NodeAlgorithmSuite,
)

/**
 * The ARN of the key that a ciphertext of the vault names as its own, read without opening it; nothing
 * has vouched for it. `undefined` for bytes that are no ciphertext.
 */
export function sealingKeyOf(sealed: Uint8Array): string | undefined {
  try {
    const header = deserializeMessageHeader(sealed, { maxEncryptedDataKeys: 1 })
    return header ? header.messageHeader.encryptedDataKeys[0]?.providerInfo : undefined
  } catch {
    return undefined
  }
}
