import { createPublicKey, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'
import * as z from 'zod'
import { AwsError } from './aws-error.ts'
import { type AwsService, blob, operation } from './aws-service.ts'
import { decryptBlob, encryptBlob, keyIdOf } from './kms-ciphertext.ts'
import { KEY_SPECS, type KeyDefinition, type KmsKeys, usageOf } from './kms-keys.ts'
import { decryptOaep, OAEP } from './kms-oaep.ts'

const keyId = z.string().min(1)
const context = z.record(z.string(), z.string()).default({})
const dataKey = z.object({
  KeyId: keyId,
  EncryptionContext: context,
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.int().min(1).max(1024).optional(),
})

/** KMS, with real cryptography; what the AWS Encryption SDK and the functions' signers use of it. */
export function kmsService(keys: KmsKeys): AwsService {
  const usable = (name: string, usage: string, action: string): KeyDefinition => {
    const key = keys.find(name)
    if (key.enabled === false) {
      throw new AwsError('DisabledException', `${keys.arn(key)} is disabled.`)
    }
    if (usageOf(key) !== usage) {
      throw new AwsError(
        'InvalidKeyUsageException',
        `${keys.arn(key)} key usage is ${usageOf(key)} which is not valid for ${action}.`,
      )
    }
    return key
  }

  const generateDataKey = (input: z.output<typeof dataKey>, action: string) => {
    const key = usable(input.KeyId, 'ENCRYPT_DECRYPT', action)
    requireAlgorithm(key, 'SYMMETRIC_DEFAULT')
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
      throw new AwsError(
        'ValidationException',
        'Please specify either number of bytes or key spec.',
      )
    }
    const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32))
    const sealed = encryptBlob(key.keyId, keys.symmetric(key), plaintext, input.EncryptionContext)
    return { key, plaintext, CiphertextBlob: sealed.toString('base64') }
  }

  return {
    GenerateDataKey: operation(dataKey, (input) => {
      const { key, plaintext, CiphertextBlob } = generateDataKey(input, 'GenerateDataKey')
      return { KeyId: keys.arn(key), CiphertextBlob, Plaintext: plaintext.toString('base64') }
    }),

    GenerateDataKeyWithoutPlaintext: operation(dataKey, (input) => {
      const { key, CiphertextBlob } = generateDataKey(input, 'GenerateDataKeyWithoutPlaintext')
      return { KeyId: keys.arn(key), CiphertextBlob }
    }),

    Encrypt: operation(
      z.object({
        KeyId: keyId,
        Plaintext: blob,
        EncryptionContext: context,
        EncryptionAlgorithm: z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT'),
      }),
      (input) => {
        const key = usable(input.KeyId, 'ENCRYPT_DECRYPT', 'Encrypt')
        requireAlgorithm(key, input.EncryptionAlgorithm)
        refuseLonger(input.Plaintext, 'plaintext')
        const sealed = encryptBlob(
          key.keyId,
          keys.symmetric(key),
          input.Plaintext,
          input.EncryptionContext,
        )
        return {
          KeyId: keys.arn(key),
          CiphertextBlob: sealed.toString('base64'),
          EncryptionAlgorithm: input.EncryptionAlgorithm,
        }
      },
    ),

    Decrypt: operation(
      z.object({
        CiphertextBlob: blob,
        KeyId: keyId.optional(),
        EncryptionContext: context,
        EncryptionAlgorithm: z.enum(['SYMMETRIC_DEFAULT', ...OAEP]).default('SYMMETRIC_DEFAULT'),
      }),
      async (input) => {
        const { EncryptionAlgorithm } = input
        if (EncryptionAlgorithm !== 'SYMMETRIC_DEFAULT') {
          const key = usable(input.KeyId ?? '', 'ENCRYPT_DECRYPT', 'Decrypt')
          requireAlgorithm(key, EncryptionAlgorithm)
          const plaintext = decryptOaep(
            await keys.privateKey(key),
            input.CiphertextBlob,
            EncryptionAlgorithm,
          )
          return {
            KeyId: keys.arn(key),
            Plaintext: plaintext.toString('base64'),
            EncryptionAlgorithm,
          }
        }
        const sealedUnder = keyIdOf(input.CiphertextBlob)
        const key = usable(input.KeyId ?? sealedUnder, 'ENCRYPT_DECRYPT', 'Decrypt')
        if (key.keyId !== sealedUnder) {
          throw new AwsError(
            'IncorrectKeyException',
            'The key ID in the request does not identify a CMK that can perform this operation.',
          )
        }
        requireAlgorithm(key, EncryptionAlgorithm)
        const plaintext = decryptBlob(
          keys.symmetric(key),
          input.CiphertextBlob,
          input.EncryptionContext,
        )
        return {
          KeyId: keys.arn(key),
          Plaintext: plaintext.toString('base64'),
          EncryptionAlgorithm: input.EncryptionAlgorithm,
        }
      },
    ),

    Sign: operation(
      z.object({
        KeyId: keyId,
        Message: blob,
        // A digest cannot be signed as it is by node:crypto's ECDSA, so it is refused for all.
        MessageType: z.literal('RAW').default('RAW'),
        SigningAlgorithm: z.string(),
      }),
      async (input) => {
        const key = usable(input.KeyId, 'SIGN_VERIFY', 'Sign')
        const algorithms: readonly string[] = KEY_SPECS[key.spec]
        if (!algorithms.includes(input.SigningAlgorithm)) {
          throw new AwsError(
            'InvalidKeyUsageException',
            `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.spec}.`,
          )
        }
        refuseLonger(input.Message, 'message')
        const signature = await promisify(sign)(
          `sha${input.SigningAlgorithm.slice(-3)}`,
          input.Message,
          await keys.privateKey(key),
        )
        return {
          KeyId: keys.arn(key),
          Signature: signature.toString('base64'),
          SigningAlgorithm: input.SigningAlgorithm,
        }
      },
    ),

    GetPublicKey: operation(z.object({ KeyId: keyId }), async (input) => {
      const { spec } = keys.find(input.KeyId)
      if (spec === 'SYMMETRIC_DEFAULT') {
        throw new AwsError('UnsupportedOperationException', 'A symmetric key has no public half.')
      }
      const key = usable(input.KeyId, usageOf(keys.find(input.KeyId)), 'GetPublicKey')
      const publicKey = createPublicKey(await keys.privateKey(key))
      return {
        KeyId: keys.arn(key),
        PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        KeySpec: key.spec,
        CustomerMasterKeySpec: key.spec,
        KeyUsage: usageOf(key),
        ...(usageOf(key) === 'SIGN_VERIFY'
          ? { SigningAlgorithms: KEY_SPECS[key.spec] }
          : { EncryptionAlgorithms: OAEP }),
      }
    }),

    DescribeKey: operation(z.object({ KeyId: keyId }), (input) => {
      const key = keys.find(input.KeyId)
      const enabled = key.enabled !== false
      return {
        KeyMetadata: {
          KeyId: key.keyId,
          Arn: keys.arn(key),
          Description: key.description ?? '',
          Enabled: enabled,
          KeyState: enabled ? 'Enabled' : 'Disabled',
          KeyManager: 'CUSTOMER',
          Origin: 'AWS_KMS',
          MultiRegion: false,
          KeySpec: key.spec,
          CustomerMasterKeySpec: key.spec,
          KeyUsage: usageOf(key),
          ...(usageOf(key) === 'SIGN_VERIFY'
            ? { SigningAlgorithms: KEY_SPECS[key.spec] }
            : { EncryptionAlgorithms: encryptionAlgorithms(key) }),
        },
      }
    }),
  }
}

function encryptionAlgorithms({ spec }: KeyDefinition): readonly string[] {
  return spec === 'SYMMETRIC_DEFAULT' ? ['SYMMETRIC_DEFAULT'] : OAEP
}

function requireAlgorithm(key: KeyDefinition, algorithm: string): void {
  if (encryptionAlgorithms(key).includes(algorithm)) return
  throw new AwsError(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
  )
}

/** KMS takes 4096 bytes at most, to encrypt or to sign. */
function refuseLonger(bytes: Buffer, member: string): void {
  if (bytes.length >= 1 && bytes.length <= 4096) return
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length between 1 and 4096`,
  )
}
