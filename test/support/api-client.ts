import { randomUUID } from 'node:crypto'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose'
import { NOW } from '../fixtures.ts'

export const CLIENT_ID = 'heartline-server'
export const PUBLIC_BASE_URL = 'https://api.example/live'
export const TOKEN_URL = `${PUBLIC_BASE_URL}/auth/token`
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A key pair of an app's server, and assertions signed with it. */
export interface ClientKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  /** An assertion that is good, but for what is changed; `undefined` leaves a claim or header out. */
  assertion(changes?: AssertionChanges): Promise<string>
}

interface AssertionChanges {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

export async function aClientKey(alg: string, kid: string): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return {
    kid,
    alg,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid },
    assertion: ({ claims, header } = {}) =>
      new SignJWT({
        iss: CLIENT_ID,
        sub: CLIENT_ID,
        aud: TOKEN_URL,
        iat: NOW,
        exp: NOW + 300,
        jti: randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header } as JWTHeaderParameters)
        .sign(privateKey),
  }
}
