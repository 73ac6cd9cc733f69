import type { KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import {
  encryptionSdkClient,
  type KmsOutage,
  kmsOutages,
} from '#adapters/kms/encryption-sdk-client.ts'

/** A client on a KMS that answers this, or throws it. */
function setup(answer: object | Error) {
  const asked: string[] = []
  const kms = {
    async send(command: object) {
      asked.push(command.constructor.name)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return { asked, client: encryptionSdkClient(kms as unknown as KMSClient) }
}

const wrapped = { CiphertextBlob: new Uint8Array(1), EncryptionContext: {} }

/** What is noted of a decryption that failed so. */
async function notedOf(error: Error) {
  const outage: KmsOutage = {}
  const { client } = setup(error)
  await expect(kmsOutages.run(outage, async () => client.decrypt(wrapped))).rejects.toBe(error)
  return outage
}

describe('encryptionSdkClient', () => {
  it('passes on what KMS answered, and leaves out what it did not', async () => {
    const KeyId = 'arn:aws:kms:us-east-1:000000000000:key/one'
    const { asked, client } = setup({ KeyId, Plaintext: undefined, $metadata: {} })

    const generated = await client.generateDataKey({
      KeyId,
      NumberOfBytes: 32,
      EncryptionContext: {},
    })
    const opened = await client.decrypt(wrapped)

    expect(Object.entries(generated)).toEqual([['KeyId', KeyId]])
    expect(Object.entries(opened)).toEqual([['KeyId', KeyId]])
    expect(asked).toEqual(['GenerateDataKeyCommand', 'DecryptCommand'])
  })

  it.each(['InvalidCiphertextException', 'IncorrectKeyException'])(
    'takes %s for KMS’s word on a data key',
    async (name) => {
      expect(await notedOf(Object.assign(new Error('no'), { name }))).toEqual({})
    },
  )

  it.each(['TimeoutError', 'ThrottlingException', 'KMSInternalException', 'AccessDeniedException'])(
    'notes of %s that KMS could not tell',
    async (name) => {
      const error = Object.assign(new Error('away'), { name })

      expect(await notedOf(error)).toEqual({ error })
    },
  )

  it('fails as KMS does where nobody wants to know why', async () => {
    const error = new Error('away')

    await expect(setup(error).client.decrypt(wrapped)).rejects.toBe(error)
  })

  it('has no data key wrapped a second time', async () => {
    const { asked, client } = setup({})

    await expect(
      client.encrypt({ KeyId: 'another', Plaintext: new Uint8Array(32), EncryptionContext: {} }),
    ).rejects.toThrow('wrapped by the key that generated it')
    expect(asked).toEqual([])
  })
})
