import { certificateOf, type SignRsaSha256 } from './certificate.ts'
import type { UnwrapKey } from './decrypt-assertion.ts'

/** A key that signs, or is about to, or did. */
export interface SamlSigningKey {
  readonly sign: SignRsaSha256
  /** DER of the SubjectPublicKeyInfo. */
  publicKey(): Promise<Uint8Array>
}

/** This deployment's keys towards identity providers; their private halves stay in KMS. */
export interface SamlKeys {
  /** Signs with the key that is in use. */
  readonly sign: SignRsaSha256
  /** That one first, and all others that providers are to know. */
  readonly signingKeys: readonly [SamlSigningKey, ...SamlSigningKey[]]
  /** Unwraps what was wrapped to the key that is in use, or to one that was. */
  readonly unwrapKey: UnwrapKey
  /** DER of the SubjectPublicKeyInfo of the key that assertions are to be encrypted to. */
  encryptionKey(): Promise<Uint8Array>
}

/** Base64 of the DER, as metadata has certificates. */
export interface SamlCertificates {
  /** The one that is in use first. */
  readonly signing: readonly string[]
  readonly encryption: string
}

/**
 * The certificates around the keys. A signing key signs its own, so that this stays the same when
 * another one signs messages; the one in use signs that of the key to encrypt to.
 */
export async function samlCertificates(
  { signingKeys, encryptionKey }: Pick<SamlKeys, 'signingKeys' | 'encryptionKey'>,
  host: string,
): Promise<SamlCertificates> {
  const around = async (publicKey: Uint8Array, { sign }: Pick<SamlSigningKey, 'sign'>) => {
    const options = { publicKey, commonName: host, issuerName: host, sign }
    return Buffer.from(await certificateOf(options)).toString('base64')
  }
  const [signing, encryption] = await Promise.all([
    Promise.all(signingKeys.map(async (key) => around(await key.publicKey(), key))),
    encryptionKey().then((publicKey) => around(publicKey, signingKeys[0])),
  ])
  return { signing, encryption }
}
