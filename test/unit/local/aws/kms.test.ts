import { constants, createPublicKey, publicEncrypt, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { KeyDefinition } from '#local/aws/kms-keys.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

const KEYS: readonly KeyDefinition[] = [
  { keyId: 'seal', spec: 'SYMMETRIC_DEFAULT', aliases: ['alias/seal'] },
  { keyId: 'other', spec: 'SYMMETRIC_DEFAULT' },
  { keyId: 'off', spec: 'SYMMETRIC_DEFAULT', enabled: false },
  { keyId: 'rsa', spec: 'RSA_3072' },
  { keyId: 'rsa-enc', spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
  { keyId: 'ec', spec: 'ECC_NIST_P256' },
]
const CONTEXT = { purpose: 'test' }

async function setup(stateFolder?: string) {
  const aws = await startAwsEndpoint({ keys: KEYS, ...(stateFolder && { stateFolder }) })
  onTestFinished(() => aws.close())
  const kms = new KMSClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
    maxAttempts: 1,
  })
  return { aws, kms, arn: (id: string) => `arn:aws:kms:us-east-1:000000000000:key/${id}` }
}

async function sealed(kms: KMSClient) {
  const { CiphertextBlob, Plaintext } = await kms.send(
    new GenerateDataKeyCommand({
      KeyId: 'seal',
      KeySpec: 'AES_256',
      EncryptionContext: CONTEXT,
    }),
  )
  return { CiphertextBlob, Plaintext }
}

describe('symmetric keys', () => {
  test('it decrypts a data key under its context, and names the key', async () => {
    const { kms, arn } = await setup()
    const { CiphertextBlob, Plaintext } = await sealed(kms)

    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT, KeyId: arn('seal') }),
    )
    expect(Plaintext).toHaveLength(32)
    expect(opened.Plaintext).toEqual(Plaintext)
    expect(opened.KeyId).toBe(arn('seal'))
  })

  test.each([
    ['another context', { EncryptionContext: { purpose: 'other' } }, 'InvalidCiphertextException'],
    ['no context', {}, 'InvalidCiphertextException'],
    ['another key', { EncryptionContext: CONTEXT, KeyId: 'other' }, 'IncorrectKeyException'],
  ])('it does not decrypt under %s', async (_, given, name) => {
    const { kms } = await setup()
    const { CiphertextBlob } = await sealed(kms)

    await expect(kms.send(new DecryptCommand({ CiphertextBlob, ...given }))).rejects.toMatchObject({
      name,
    })
  })

  test('it does not decrypt a blob with one bit changed', async () => {
    const { kms } = await setup()
    const { CiphertextBlob = new Uint8Array() } = await sealed(kms)
    const place = CiphertextBlob.length - 20
    CiphertextBlob[place] = (CiphertextBlob[place] ?? 0) ^ 1

    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT })),
    ).rejects.toMatchObject({ name: 'InvalidCiphertextException' })
  })

  test('it encrypts what is given, also by alias', async () => {
    const { kms } = await setup()
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: 'alias/seal', Plaintext: Buffer.from('kept') }),
    )

    const { Plaintext = new Uint8Array() } = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(Plaintext).toString()).toBe('kept')
  })

  test('it refuses a disabled key, an unknown key and a signing key', async () => {
    const { kms } = await setup()
    const use = (KeyId: string) =>
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))

    await expect(use('off')).rejects.toMatchObject({ name: 'DisabledException' })
    await expect(use('gone')).rejects.toMatchObject({ name: 'NotFoundException' })
    await expect(use('ec')).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
  })

  test.each([
    ['RSAES_OAEP_SHA_1', 'sha1'],
    ['RSAES_OAEP_SHA_256', 'sha256'],
  ] as const)(
    'it opens what was encrypted to an RSA key by %s, and nothing else',
    async (by, oaepHash) => {
      const { kms } = await setup()
      const { PublicKey = new Uint8Array() } = await kms.send(
        new GetPublicKeyCommand({ KeyId: 'rsa-enc' }),
      )
      const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
      const CiphertextBlob = publicEncrypt({ key, oaepHash }, Buffer.from('a key'))
      const open = (KeyId: string, EncryptionAlgorithm: typeof by | 'SYMMETRIC_DEFAULT') =>
        kms.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionAlgorithm }))

      const { Plaintext = new Uint8Array() } = await open('rsa-enc', by)
      expect(Buffer.from(Plaintext).toString()).toBe('a key')
      const another = by === 'RSAES_OAEP_SHA_1' ? 'RSAES_OAEP_SHA_256' : 'RSAES_OAEP_SHA_1'
      await expect(open('rsa-enc', another)).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      })
      await expect(open('rsa', by)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
      await expect(open('seal', by)).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
      await expect(
        kms.send(new GenerateDataKeyCommand({ KeyId: 'rsa-enc', KeySpec: 'AES_256' })),
      ).rejects.toMatchObject({ name: 'InvalidKeyUsageException' })
    },
  )

  test('it opens after a restart what was sealed before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'state-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const first = await setup(folder)
    const { CiphertextBlob, Plaintext } = await sealed(first.kms)
    await first.aws.close()

    const second = await startAwsEndpoint({ keys: KEYS, stateFolder: folder })
    onTestFinished(() => second.close())
    const kms = new KMSClient({
      endpoint: second.endpoint,
      region: second.region,
      credentials: second.credentials('test'),
    })
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext: CONTEXT }),
    )
    expect(opened.Plaintext).toEqual(Plaintext)
  })
})

describe('signing keys', () => {
  test.each<[string, SigningAlgorithmSpec, string]>([
    ['rsa', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256'],
    ['rsa', 'RSASSA_PKCS1_V1_5_SHA_384', 'sha384'],
    ['ec', 'ECDSA_SHA_256', 'sha256'],
  ])('it signs with %s %s so that the public key verifies', async (KeyId, algorithm, digest) => {
    const { kms } = await setup()
    const Message = Buffer.from('header.payload')
    const { Signature = new Uint8Array() } = await kms.send(
      new SignCommand({ KeyId, Message, SigningAlgorithm: algorithm }),
    )
    const { PublicKey = new Uint8Array(), SigningAlgorithms } = await kms.send(
      new GetPublicKeyCommand({ KeyId }),
    )

    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
    const padding = KeyId === 'rsa' ? { padding: constants.RSA_PKCS1_PADDING } : {}
    expect(verify(digest, Message, { key, ...padding }, Signature)).toBe(true)
    expect(verify(digest, Buffer.from('other'), { key, ...padding }, Signature)).toBe(false)
    expect(SigningAlgorithms).toContain(algorithm)
  })

  test('it refuses an algorithm that is not the key’s, and a message over 4096 bytes', async () => {
    const { kms } = await setup()
    const sign = (SigningAlgorithm: SigningAlgorithmSpec, bytes: number) =>
      kms.send(new SignCommand({ KeyId: 'ec', Message: Buffer.alloc(bytes), SigningAlgorithm }))

    await expect(sign('RSASSA_PKCS1_V1_5_SHA_256', 1)).rejects.toMatchObject({
      name: 'InvalidKeyUsageException',
    })
    await expect(sign('ECDSA_SHA_256', 4097)).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('it describes a key', async () => {
    const { kms, arn } = await setup()
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'rsa' }))
    expect(KeyMetadata).toMatchObject({
      Arn: arn('rsa'),
      KeySpec: 'RSA_3072',
      KeyUsage: 'SIGN_VERIFY',
      Enabled: true,
    })
  })
})
