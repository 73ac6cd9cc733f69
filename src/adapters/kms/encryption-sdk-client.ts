import { AsyncLocalStorage } from 'node:async_hooks'
import type { KmsNodeClientSupplier } from '@aws-crypto/kms-keyring-node'
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'

/** Why KMS could not say whether a data key is good, if it could not. */
export interface KmsOutage {
  error?: unknown
}

/** The SDK tells its caller that a data key did not open, and not why: the client notes it here. */
export const kmsOutages = new AsyncLocalStorage<KmsOutage>()

/** Whether KMS says of a data key that it was not made so, rather than that it cannot tell. */
function isJudgment(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['InvalidCiphertextException', 'IncorrectKeyException'].includes(error.name)
  )
}

/** What the Encryption SDK calls of KMS. */
type EncryptionSdkClient = Exclude<ReturnType<KmsNodeClientSupplier>, false>

/**
 * A KMS client in the form that the Encryption SDK calls, so that it uses our client, with its
 * endpoint, credentials and time-outs, in place of one of its own.
 */
export function encryptionSdkClient(kms: KMSClient): EncryptionSdkClient {
  return {
    async generateDataKey(input) {
      const { KeyId, CiphertextBlob, Plaintext } = await kms.send(new GenerateDataKeyCommand(input))
      return defined({ KeyId, CiphertextBlob, Plaintext })
    },
    // For a data key that a second key wraps too: ours are wrapped once, and no role may do this.
    encrypt: () => Promise.reject(new Error('A data key is wrapped by the key that generated it')),
    async decrypt(input) {
      try {
        const { KeyId, Plaintext } = await kms.send(new DecryptCommand(input))
        return defined({ KeyId, Plaintext })
      } catch (error) {
        const outage = kmsOutages.getStore()
        if (outage && !isJudgment(error)) outage.error = error
        throw error
      }
    },
  }
}

/** The members that have a value: the two libraries differ in how an optional one is absent. */
function defined<T extends object>(
  members: T,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Name in keyof T]?: Exclude<T[Name], undefined> }
}
