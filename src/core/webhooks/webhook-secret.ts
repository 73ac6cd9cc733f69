import type { Secret } from '#core/secret.ts'

const FORM = /^(?:whsec_)?([A-Za-z0-9+/]+={0,2})$/
const LEAST_BYTES = 24
const MOST_BYTES = 64

/**
 * The key that a webhook secret stands for: `whsec_` and the base64 of 24 to 64 random bytes, as
 * Standard Webhooks has it. `undefined` for anything else.
 */
export function webhookKey(secret: Secret): Uint8Array | undefined {
  const [, base64] = FORM.exec(secret.reveal()) ?? []
  if (base64 === undefined) return undefined
  const key = Buffer.from(base64, 'base64')
  const isWhole = key.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')
  return isWhole && key.length >= LEAST_BYTES && key.length <= MOST_BYTES ? key : undefined
}
