import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Signer } from '#core/signer.ts'

/** A signer whose key lies in memory, where a test needs real signatures and no KMS. */
export async function joseSigner(alg: 'ES256' | 'RS384' | 'ES384'): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const { kty = '', ...members } = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint({ kty, ...members })

  return {
    alg,
    publicJwk: async () => ({ ...members, kty, kid, alg, use: 'sig' }),
    signJwt: (typ, payload) =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg, kid, typ }).sign(privateKey),
  }
}
