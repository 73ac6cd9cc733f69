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

/** What SMART has client assertions signed with: the key of a stack is for one of them (SM-47). */
export const ASSERTION_ALGORITHMS = ['RS384', 'ES384'] as const

export interface KmsSignerOptions {
  readonly kms: KMSClient
  readonly keyArn: string
  /** What the key may be for; which it is, its kind says. */
  readonly alg: Algorithm | readonly Algorithm[]
}

interface KnownKey {
  readonly jwk: PublicJwk
  readonly algorithm: Algorithm
}

/**
 * Signs with an asymmetric key in KMS. The public half is read once per instance, and once more
 * where that failed.
 */
export function kmsSigner({ kms, keyArn, alg }: KmsSignerOptions): Signer {
  const allowed = [alg].flat()
  let known: Promise<KnownKey> | undefined

  async function readPublicKey(): Promise<KnownKey> {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }))
    if (!PublicKey) throw new Error('KMS answered no public key')
    const jwk: JWK = createPublicKey({
      key: Buffer.from(PublicKey),
      format: 'der',
      type: 'spki',
    }).export({ format: 'jwk' })
    const { kty } = jwk
    const algorithm = allowed.find((one) => ALGORITHMS[one].isKey(jwk))
    if (!kty || !algorithm) throw new Error(`The key is not one for ${allowed.join(' or ')}`)
    const kid = await calculateJwkThumbprint(jwk, 'sha256')
    return { algorithm, jwk: { ...jwk, kty, kid, alg: algorithm, use: 'sig' } }
  }

  function knownKey(): Promise<KnownKey> {
    known ??= readPublicKey().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }

  return {
    publicJwk: async () => (await knownKey()).jwk,

    async signJwt(typ, payload) {
      const { algorithm, jwk } = await knownKey()
      const input = `${encode({ alg: algorithm, kid: jwk.kid, typ })}.${encode(payload)}`
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyArn,
          Message: Buffer.from(input),
          MessageType: 'RAW',
          SigningAlgorithm: ALGORITHMS[algorithm].signing,
        }),
      )
      if (!Signature) throw new Error('KMS answered no signature')
      const half = HALVES[algorithm]
      const signature = half === undefined ? Signature : joseSignature(Signature, half)
      return `${input}.${Buffer.from(signature).toString('base64url')}`
    },
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
