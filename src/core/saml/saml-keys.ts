import { certificateOf, type SignRsaSha256 } from './certificate.ts'
import type { UnwrapKey } from './decrypt-assertion.ts'

/** This deployment's two keys towards identity providers; their private halves stay in KMS. */
export interface SamlKeys {
  readonly sign: SignRsaSha256
  readonly unwrapKey: UnwrapKey
  /** DER of the SubjectPublicKeyInfo of the key that signs. */
  signingKey(): Promise<Uint8Array>
  /** The same of the key that assertions are encrypted to. */
  encryptionKey(): Promise<Uint8Array>
}

/** Base64 of the DER, as metadata has certificates. */
export interface SamlCertificates {
  readonly signing: string
  readonly encryption: string
}

/** The certificates around the keys: the signing key signs both. */
export async function samlCertificates(
  keys: Pick<SamlKeys, 'sign' | 'signingKey' | 'encryptionKey'>,
  host: string,
): Promise<SamlCertificates> {
  const around = async (publicKey: Uint8Array) => {
    const options = { publicKey, commonName: host, issuerName: host, sign: keys.sign }
    return Buffer.from(await certificateOf(options)).toString('base64')
  }
  const [signing, encryption] = await Promise.all([keys.signingKey(), keys.encryptionKey()])
  return { signing: await around(signing), encryption: await around(encryption) }
}
