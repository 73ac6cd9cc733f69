import {
  DecryptCommand,
  GetPublicKeyCommand,
  type KMSClient,
  SignCommand,
} from '@aws-sdk/client-kms'
import type { SamlKeys, SamlSigningKey } from '#core/saml/saml-keys.ts'

export interface KmsSamlKeysOptions {
  readonly kms: KMSClient
  /** The first signs; all are in the metadata. */
  readonly signingKeyArns: readonly [string, ...string[]]
  /** The first is in the metadata; all unwrap. */
  readonly encryptionKeyArns: readonly [string, ...string[]]
}

/** The keys in KMS. The public halves are read once per instance, and once more where that failed. */
export function kmsSamlKeys({
  kms,
  signingKeyArns,
  encryptionKeyArns,
}: KmsSamlKeysOptions): SamlKeys {
  const signing = (KeyId: string): SamlSigningKey => ({
    async sign(message) {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId,
          Message: message,
          MessageType: 'RAW',
          SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        }),
      )
      if (!Signature) throw new Error('KMS answered no signature')
      return Signature
    },
    publicKey: once(() => readPublicKey(kms, KeyId)),
  })
  const [first, ...others] = signingKeyArns
  const newest = signing(first)

  return {
    sign: newest.sign,
    signingKeys: [newest, ...others.map(signing)],

    async unwrapKey(wrapped, wrap) {
      // The message does not say which key it is for; nearly always it is the first.
      let refusal: unknown
      for (const KeyId of encryptionKeyArns) {
        try {
          const { Plaintext } = await kms.send(
            new DecryptCommand({ KeyId, CiphertextBlob: wrapped, EncryptionAlgorithm: wrap }),
          )
          if (Plaintext) return Plaintext
          throw new Error('KMS answered no plaintext')
        } catch (error) {
          refusal ??= error
        }
      }
      throw refusal
    },

    encryptionKey: once(() => readPublicKey(kms, encryptionKeyArns[0])),
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
