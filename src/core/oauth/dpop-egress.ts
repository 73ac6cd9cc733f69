import type { Egress } from '#core/egress.ts'
import type { Secret } from '#core/secret.ts'
import { bindingKey } from './bound-token.ts'
import type { DpopProofs } from './dpop-proofs.ts'
import type { TokenAnswer } from './token-answer.ts'

/** The way to a token endpoint, each request with a proof of the key that tokens are to be bound to. */
export function provingEgress(egress: Egress, key: Secret | undefined, proofs: DpopProofs): Egress {
  if (!key) return egress
  return async (target, init, options) => {
    const url = new URL(target)
    const headers = new Headers(init?.headers)
    headers.set('dpop', proofs.atTokenEndpoint(key, init?.method ?? 'GET', url))
    const response = await egress(target, { ...init, headers }, options)
    proofs.heed(url, response)
    return response
  }
}

/**
 * Makes a token request, and once more where the server wants its nonce in the proof: nothing was done
 * then, and the second has an assertion of its own (JW-03).
 *
 * @see [RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449.html#section-8)
 */
export async function withDpopNonce(attempt: () => Promise<TokenAnswer>): Promise<TokenAnswer> {
  const answer = await attempt()
  const wantsNonce = answer.kind === 'error' && answer.error.code === 'use_dpop_nonce'
  return wantsNonce ? attempt() : answer
}

/** The way to resources with an access token, which is proven where it is bound to a key. */
export function resourceEgress(egress: Egress, token: Secret, proofs: DpopProofs): Egress {
  if (!bindingKey(token)) return egress
  return async (target, init, options) => {
    const url = new URL(target)
    const send = () => {
      const headers = new Headers(init?.headers)
      const proof = proofs.atResource(token, init?.method ?? 'GET', url)
      for (const [name, value] of Object.entries(proof ?? {})) headers.set(name, value)
      return egress(target, { ...init, headers }, options)
    }
    const response = await send()
    if (!proofs.heed(url, response)) return response
    await response.body?.cancel()
    return send()
  }
}
