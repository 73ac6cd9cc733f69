import type { JWK } from 'jose'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

const LONGEST_CACHE_SECONDS = 600
const MAX_BYTES = 128 * 1024
const TIMEOUT_MS = 3_000

/** A key set as it was read, and until when it stands. */
export interface KeySet {
  readonly keys: readonly JWK[]
  readonly freshUntil: EpochSeconds
}

/**
 * Reads a JWK Set from its registered address. It stands ten minutes, or less if the answer's
 * `Cache-Control` says so.
 *
 * @throws BrokerError `client_keys_unavailable` for anything but a 200 with a JWK Set
 */
export async function fetchKeySet(
  uri: string,
  { egress, now }: { readonly egress: Egress; readonly now: Clock },
): Promise<KeySet> {
  const host = new URL(uri).host
  const unavailable = (reason: string, cause?: unknown) =>
    new BrokerError('client_keys_unavailable', { detail: { host, reason }, cause })

  const response = await egress(
    uri,
    { headers: { accept: 'application/json' } },
    { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
  ).catch((error) => {
    throw unavailable(BrokerError.from(error).code, error)
  })
  if (response.status !== 200) throw unavailable(`status_${response.status}`)

  const body: unknown = await response.json().catch(() => undefined)
  if (!isKeySet(body)) throw unavailable('not_a_key_set')
  return { keys: body.keys, freshUntil: now() + cacheSeconds(response.headers) }
}

function isKeySet(body: unknown): body is { readonly keys: readonly JWK[] } {
  const keys = (body as { readonly keys?: unknown } | undefined | null)?.keys
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null)
}

function cacheSeconds(headers: Headers): number {
  const cacheControl = headers.get('cache-control') ?? ''
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return 0
  const maxAge = /\bmax-age="?(\d+)/i.exec(cacheControl)?.[1]
  return Math.min(Number(maxAge ?? LONGEST_CACHE_SECONDS), LONGEST_CACHE_SECONDS)
}
