import {
  DecryptCommand,
  GetPublicKeyCommand,
  type KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms'
import type { SamlKeys } from '#core/saml/saml-keys.ts'

export interface KmsSamlKeysOptions {
  readonly kms: KMSClient
  readonly signingKeyArn: string
  readonly encryptionKeyArn: string
}

/** The two keys in KMS. The public halves are read once per instance, and once more where that failed. */
export function kmsSamlKeys({
  kms,
  signingKeyArn,
  encryptionKeyArn,
}: KmsSamlKeysOptions): SamlKeys {
  return {
    async sign(message) {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: signingKeyArn,
          Message: message,
          MessageType: 'RAW',
          SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        }),
      )
      if (!Signature) throw new Error('KMS answered no signature')
      return Signature
    },

    async unwrapKey(wrapped, wrap) {
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: encryptionKeyArn,
          CiphertextBlob: wrapped,
          EncryptionAlgorithm: wrap,
        }),
      )
      if (!Plaintext) throw new Error('KMS answered no plaintext')
      return Plaintext
    },

    signingKey: once(() => readPublicKey(kms, signingKeyArn)),
    encryptionKey: once(() => readPublicKey(kms, encryptionKeyArn)),
  }
}

async function readPublicKey(kms: KMSClient, keyArn: string): Promise<Uint8Array> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }))
  if (!PublicKey) throw new Error('KMS answered no public key')
  return PublicKey
}

function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | undefined
  return () => {
    known ??= read().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
}
