import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { Secret } from '#core/secret.ts'
import type { OneTimeKind } from './one-time-store.ts'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals a payload under a bearer value (a state, a ticket) that only the browser carries, so that
 * whoever reads the table opens nothing. AES-256-GCM under HKDF-SHA-256 of the bearer value, with
 * the purpose in the derivation: what was sealed for one purpose does not open for the other.
 *
 * @param payload goes through JSON; a `Secret` in it must be revealed before
 */
export function sealUnder(bearer: Secret, purpose: OneTimeKind, payload: unknown): Uint8Array {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, deriveKey(bearer, purpose), iv)
  const sealed = [cipher.update(JSON.stringify(payload), 'utf8'), cipher.final()]
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), ...sealed]))
}

/**
 * Opens what {@link sealUnder} made under the same bearer value and purpose.
 *
 * @throws BrokerError `internal_error` with detail reason `seal_open_failed` for anything else
 */
export function openUnder(bearer: Secret, purpose: OneTimeKind, sealed: Uint8Array): unknown {
  try {
    const iv = sealed.subarray(0, IV_BYTES)
    const tag = sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
    const decipher = createDecipheriv(CIPHER, deriveKey(bearer, purpose), iv, {
      authTagLength: TAG_BYTES,
    }).setAuthTag(tag)
    const opened = [decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]
    return JSON.parse(Buffer.concat(opened).toString('utf8'))
  } catch (cause) {
    throw new BrokerError('internal_error', { cause, detail: { reason: 'seal_open_failed' } })
  }
}

/** The key of a bearer value's row: its SHA-256, base64url. */
export function bearerHash(bearer: Secret): string {
  return createHash('sha256').update(bearer.reveal()).digest('base64url')
}

function deriveKey(bearer: Secret, purpose: OneTimeKind): Buffer {
  return Buffer.from(hkdfSync('sha256', bearer.reveal(), '', purpose, 32))
}
