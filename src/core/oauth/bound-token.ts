import { Secret } from '#core/secret.ts'

/** An access token that is good only with a proof of the key that it is bound to (RFC 9449 §6). */
export class BoundToken extends Secret {
  /** The private key, as a JWK's text. */
  readonly key: Secret

  constructor(value: string, key: Secret) {
    super(value)
    this.key = key
  }
}

/** The key that a token is bound to; `undefined` for one that whoever bears it may use. */
export function bindingKey(token: Secret): Secret | undefined {
  return token instanceof BoundToken ? token.key : undefined
}

/** An access token, bound where there is a key. */
export function accessToken(value: string, key: Secret | undefined): Secret {
  return key ? new BoundToken(value, key) : new Secret(value)
}
