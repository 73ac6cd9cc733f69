/** A public JSON Web Key with its `kid` (RFC 7638 thumbprint) and `alg`. */
export interface PublicJwk {
  readonly kid: string
  readonly alg: string
  readonly kty: string
  readonly use: 'sig'
  readonly [member: string]: unknown
}

/** A key whose private half never leaves KMS. */
export interface Signer {
  publicJwk(): Promise<PublicJwk>

  /** A compact JWS over `payload`, with `alg` and `kid` of the key and the `typ` given. */
  signJwt(typ: 'JWT' | 'at+jwt', payload: Readonly<Record<string, unknown>>): Promise<string>
}
