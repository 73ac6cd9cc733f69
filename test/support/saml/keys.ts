import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { certificateOf } from '#core/saml/certificate.ts'

/** A key of an identity provider, and its certificate as metadata has it. */
export interface IdpKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** Base64 of the DER. */
  readonly certificate: string
  readonly privatePem: string
}

export async function idpKey(): Promise<IdpKey> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = await certificateOf({
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    commonName: 'idp.example.org',
    issuerName: 'idp.example.org',
    sign: async (message) => createSign('sha256').update(message).sign(privateKey),
  })
  return {
    privateKey,
    publicKey,
    certificate: Buffer.from(certificate).toString('base64'),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
