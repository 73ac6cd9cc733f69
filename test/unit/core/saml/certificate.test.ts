import { createSign, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateOf } from '#core/saml/certificate.ts'

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const sign = async (message: Uint8Array) =>
  createSign('sha256').update(message).sign(signing.privateKey)
const spki = (key: typeof signing.publicKey) => key.export({ type: 'spki', format: 'der' })

test('a certificate holds the key, verifies, names its parties, and has no end', async () => {
  const options = {
    publicKey: spki(other.publicKey),
    commonName: 'b.example.org',
    issuerName: 'a.example.org',
    sign,
  }
  const certificate = new X509Certificate(await certificateOf(options))

  expect(certificate.publicKey.equals(other.publicKey)).toBe(true)
  expect(certificate.verify(signing.publicKey)).toBe(true)
  expect(certificate.subject).toBe('CN=b.example.org')
  expect(certificate.issuer).toBe('CN=a.example.org')
  expect(certificate.validFromDate.toISOString()).toBe('2020-01-01T00:00:00.000Z')
  expect(certificate.validToDate.getUTCFullYear()).toBe(9999)
})

test('the same key has the same certificate each time, another key another serial number', async () => {
  const of = async (key: typeof signing.publicKey) =>
    Buffer.from(
      await certificateOf({ publicKey: spki(key), commonName: 'a', issuerName: 'a', sign }),
    )

  expect(await of(signing.publicKey)).toEqual(await of(signing.publicKey))
  const serial = async (key: typeof signing.publicKey) =>
    new X509Certificate(await of(key)).serialNumber
  expect(await serial(signing.publicKey)).not.toBe(await serial(other.publicKey))
})
