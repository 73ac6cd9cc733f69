import { createPublicKey } from 'node:crypto'
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { PublicJwk, Signer } from '#core/signer.ts'
import { joseSignature } from './ecdsa-signature.ts'

const ALGORITHMS = {
  RS384: { signing: 'RSASSA_PKCS1_V1_5_SHA_384', isKey: ({ kty }: JWK) => kty === 'RSA' },
  ES256: { signing: 'ECDSA_SHA_256', isKey: ({ crv }: JWK) => crv === 'P-256' },
  ES384: { signing: 'ECDSA_SHA_384', isKey: ({ crv }: JWK) => crv === 'P-384' },
} as const

type Algorithm = keyof typeof ALGORITHMS

/** Bytes of r and of s; RSA signatures are as JOSE has them. */
const HALVES: Readonly<Partial<Record<Algorithm, number>>> = { ES256: 32, ES384: 48 }

export interface KmsSignerOptions {
  readonly kms: KMSClient
  readonly keyArn: string
  readonly alg: Algorithm
}

/**
 * Signs with an asymmetric key in KMS. The public half is read once per instance, and once more
 * where that failed.
 */
export function kmsSigner({ kms, keyArn, alg }: KmsSignerOptions): Signer {
  let known: Promise<PublicJwk> | undefined

  async function readPublicKey(): Promise<PublicJwk> {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }))
    if (!PublicKey) throw new Error('KMS answered no public key')
    const jwk: JWK = createPublicKey({
      key: Buffer.from(PublicKey),
      format: 'der',
      type: 'spki',
    }).export({ format: 'jwk' })
    const { kty } = jwk
    if (!kty || !ALGORITHMS[alg].isKey(jwk)) throw new Error(`The key is not one for ${alg}`)
    const kid = await calculateJwkThumbprint(jwk, 'sha256')
    return { ...jwk, kty, kid, alg, use: 'sig' }
  }

  function knownKey(): Promise<PublicJwk> {
    known ??= readPublicKey().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }

  return {
    alg,

    publicJwk: knownKey,

    async signJwt(typ, payload) {
      const { kid } = await knownKey()
      const input = `${encode({ alg, kid, typ })}.${encode(payload)}`
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyArn,
          Message: Buffer.from(input),
          MessageType: 'RAW',
          SigningAlgorithm: ALGORITHMS[alg].signing,
        }),
      )
      if (!Signature) throw new Error('KMS answered no signature')
      const half = HALVES[alg]
      const signature = half === undefined ? Signature : joseSignature(Signature, half)
      return `${input}.${Buffer.from(signature).toString('base64url')}`
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
