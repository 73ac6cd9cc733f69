/**
 * Seals and opens by the AWS Encryption SDK, under a data key that is always the same, then opens what
 * was changed or cut short at each byte, and prints as JSON what came of how many.
 */
import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node'
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node'
import { KMSClient } from '@aws-sdk/client-kms'
import { encryptionSdkClient } from '#adapters/kms/encryption-sdk-client.ts'

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/6a1f0c1e-5f5d-4c39-9f0e-2b9f6d1c7a55'
const options = {
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 1,
}
const kms = new KMSClient({ region: 'us-east-1' })
// A key of its own each time: the SDK wipes what it is done with.
kms.send = async () => ({
  KeyId: KEY,
  Plaintext: Buffer.alloc(32, 7),
  CiphertextBlob: Buffer.from('key'),
})
const keyring = new KmsKeyringNode({
  generatorKeyId: KEY,
  clientProvider: () => encryptionSdkClient(kms),
})
const { encrypt } = buildEncrypt(options)
const { decrypt } = buildDecrypt(options)
const outcomes = new Map<string, number>()

async function seal(plaintext: Buffer): Promise<Buffer> {
  const { result } = await encrypt(keyring, plaintext, {
    suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
    encryptionContext: { purpose: 'session-tokens' },
    plaintextLength: plaintext.length,
  })
  return result
}

async function open(sealed: Buffer, maxBodySize = 1_000_000): Promise<void> {
  const outcome = await decrypt(keyring, sealed, { maxBodySize }).then(
    ({ plaintext }) => `opened ${plaintext.length}`,
    (error: Error) => error.message,
  )
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
}

const sealed = await seal(Buffer.from('a token set'))
await open(sealed)
for (let at = 0; at < sealed.length; at += 1) {
  const changed = Buffer.from(sealed)
  changed.writeUInt8(sealed.readUInt8(at) ^ 1, at)
  await open(changed)
  await open(sealed.subarray(0, at))
}
const long = await seal(Buffer.alloc(300_000, 'z'))
await open(long)
await open(long, 1_000)
await open(long.subarray(0, 250_000))
process.stdout.write(JSON.stringify(Object.fromEntries([...outcomes].sort())))
