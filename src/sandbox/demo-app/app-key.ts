import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** What the app signs its assertions with. */
interface AppKey {
  /** Stays on the app's server. */
  readonly privateJwk: JWK
  /** Public keys, for the broker to check our assertions with. */
  readonly jwks: { readonly keys: readonly JWK[] }
}

/** Makes a key pair for `private_key_jwt`; it lives as long as the process. */
export async function makeAppKey(): Promise<AppKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const common = { kid: randomUUID(), alg: 'ES384', use: 'sig' }
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...common },
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...common }] },
  }
}
