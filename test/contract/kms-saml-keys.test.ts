import { createPublicKey, publicEncrypt, verify, X509Certificate } from 'node:crypto'
import { GetPublicKeyCommand } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { kmsSamlKeys } from '#adapters/kms/saml-keys.ts'
import { samlCertificates } from '#core/saml/saml-keys.ts'
import { createTables } from './local-aws.ts'

async function setup() {
  const { aws, kms, keys } = await createTables()
  const samlKeys = kmsSamlKeys({
    kms,
    signingKeyArns: [keys.assertions, keys.nextSamlSigning],
    encryptionKeyArns: [keys.nextSamlEncryption, keys.samlEncryption],
  })
  const keyOf = (der: Uint8Array) =>
    createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
  const formerEncryptionKey = async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keys.samlEncryption }))
    return PublicKey ?? new Uint8Array()
  }
  return {
    samlKeys,
    keyOf,
    formerEncryptionKey,
    kmsCalls: () => aws.calls.map(({ action }) => action),
  }
}

describe('kmsSamlKeys', () => {
  it('signs with RSA and SHA-256 what its public half verifies', async () => {
    const { samlKeys, keyOf } = await setup()
    const message = Buffer.from('SAMLRequest=x&SigAlg=y')

    const signature = await samlKeys.sign(message)

    expect(
      verify('sha256', message, keyOf(await samlKeys.signingKeys[0].publicKey()), signature),
    ).toBe(true)
  })

  it.each([
    ['RSAES_OAEP_SHA_1', 'sha1'],
    ['RSAES_OAEP_SHA_256', 'sha256'],
  ] as const)(
    'unwraps by %s what was wrapped to the key in use, or to the one before',
    async (wrap, oaepHash) => {
      const { samlKeys, keyOf, formerEncryptionKey } = await setup()
      const key = keyOf(await samlKeys.encryptionKey())
      const wrapped = publicEncrypt({ key, oaepHash }, Buffer.alloc(32, 7))

      expect(Buffer.from(await samlKeys.unwrapKey(wrapped, wrap))).toEqual(Buffer.alloc(32, 7))
      const former = keyOf(await formerEncryptionKey())
      const before = publicEncrypt({ key: former, oaepHash }, Buffer.alloc(32, 8))
      expect(Buffer.from(await samlKeys.unwrapKey(before, wrap))).toEqual(Buffer.alloc(32, 8))
      wrapped[0] = (wrapped[0] ?? 0) ^ 1
      await expect(samlKeys.unwrapKey(wrapped, wrap)).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      })
    },
  )

  it('has certificates around all, the same each time, with one call for each public half', async () => {
    const { samlKeys, keyOf, kmsCalls } = await setup()

    const certificates = await samlCertificates(samlKeys, 'broker.example')
    const again = await samlCertificates(samlKeys, 'broker.example')

    expect(again).toEqual(certificates)
    const [signing, next, encryption] = [...certificates.signing, certificates.encryption].map(
      (certificate) => new X509Certificate(Buffer.from(certificate, 'base64')),
    )
    const signingKey = keyOf(await samlKeys.signingKeys[0].publicKey())
    expect(signing?.verify(signingKey)).toBe(true)
    // Around itself, so that it is the same when it is the one in use.
    const nextKey = samlKeys.signingKeys[1]
    expect(next?.verify(keyOf((await nextKey?.publicKey()) ?? new Uint8Array()))).toBe(true)
    expect(encryption?.verify(signingKey)).toBe(true)
    expect(encryption?.publicKey.equals(keyOf(await samlKeys.encryptionKey()))).toBe(true)
    expect(kmsCalls().filter((action) => action === 'GetPublicKey')).toHaveLength(3)
  })
})
