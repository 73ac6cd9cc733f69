/** A public JSON Web Key with its `kid` (RFC 7638 thumbprint) and `alg`. */
export interface PublicJwk {
  readonly kid: string
  readonly alg: string
  readonly kty: string
  readonly use: 'sig'
  readonly [member: string]: unknown
}

/** What SMART has client assertions signed with; a key is for one of them (SM-47). */
export const ASSERTION_ALGORITHMS = ['RS384', 'ES384'] as const

export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number]

/** A key whose private half never leaves KMS. */
export interface Signer {
  /** The JWS algorithm that the key is for. */
  readonly alg: string

  publicJwk(): Promise<PublicJwk>

  /** A compact JWS over `payload`, with `alg` and `kid` of the key and the `typ` given. */
  signJwt(typ: 'JWT' | 'at+jwt', payload: Readonly<Record<string, unknown>>): Promise<string>
}
