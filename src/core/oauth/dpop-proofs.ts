import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomUUID,
  sign,
} from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { recentMap } from '#core/recent-map.ts'
import { Secret } from '#core/secret.ts'
import type { Clock } from '#core/time.ts'
import { bindingKey } from './bound-token.ts'

/** The one algorithm of our proofs; every server that takes DPoP is to take it (RFC 9449 §11.6). */
export const DPOP_ALGORITHM = 'ES256'

/** Far more servers than one instance speaks to. */
const MOST_NONCES = 500

/** What of an answer is looked at. */
interface Answer {
  readonly status: number
  readonly headers: Pick<Headers, 'get'>
}

/** Makes proofs, and remembers the nonces that servers want in them. */
export interface DpopProofs {
  /** The `DPoP` field of a request to the token endpoint. */
  atTokenEndpoint(key: Secret, method: string, url: URL): string
  /** What a request to a resource has in place of `Bearer`, if the token is a bound one. */
  atResource(
    token: Secret,
    method: string,
    url: URL,
  ): { readonly authorization: string; readonly dpop: string } | undefined
  /**
   * Remembers the nonce of an answer. Says whether a resource refused the request for want of just
   * that, so that it was not done, and is to be sent once more (RFC 9449 §9).
   */
  heed(url: URL, answer: Answer): boolean
}

/** A new key for one session's tokens, as a private JWK's text. */
export function mintDpopKey(): Secret {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return new Secret(JSON.stringify(privateKey.export({ format: 'jwk' })))
}

/** What a code is bound to: the thumbprint of the key (RFC 9449 §10). */
export function dpopThumbprint(key: Secret): Promise<string> {
  return calculateJwkThumbprint(JSON.parse(key.reveal()) as JWK)
}

/** @see [RFC 9449 §4](https://www.rfc-editor.org/rfc/rfc9449.html#section-4) */
export function dpopProofs(now: Clock): DpopProofs {
  const nonces = recentMap<string>(MOST_NONCES)

  const prove = (key: Secret, method: string, url: URL, accessToken?: Secret): string => {
    const jwk = JSON.parse(key.reveal()) as JsonWebKey
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
    const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
    const nonce = nonces.get(url.origin)
    const input = [
      { typ: 'dpop+jwt', alg: DPOP_ALGORITHM, jwk: { kty, crv, x, y } },
      {
        jti: randomUUID(),
        htm: method,
        htu: `${url.origin}${url.pathname}`,
        iat: now(),
        ...(accessToken && {
          ath: createHash('sha256').update(accessToken.reveal()).digest('base64url'),
        }),
        ...(nonce !== undefined && { nonce }),
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign('sha256', Buffer.from(input), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    })
    return `${input}.${signature.toString('base64url')}`
  }

  return {
    atTokenEndpoint: (key, method, url) => prove(key, method, url),

    atResource(token, method, url) {
      const key = bindingKey(token)
      if (!key) return undefined
      return { authorization: `DPoP ${token.reveal()}`, dpop: prove(key, method, url, token) }
    },

    heed(url, { status, headers }) {
      const nonce = headers.get('dpop-nonce')
      if (!nonce || !/^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/.test(nonce)) return false
      const isNew = nonces.get(url.origin) !== nonce
      nonces.set(url.origin, nonce)
      const challenge = headers.get('www-authenticate') ?? ''
      return isNew && status === 401 && /\berror="?use_dpop_nonce\b/.test(challenge)
    },
  }
}
