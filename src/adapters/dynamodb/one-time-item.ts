import { LAUNCHES_PREFIX } from '#contract/tables.ts'
import type { OfLaunch, OneTimeKind, OneTimeRecord, Taken } from '#core/launch/one-time-store.ts'

/** A {@link OneTimeRecord} at rest. Once spent it is a tombstone, which has no `sealed`. */
export interface OneTimeItem<Clear extends OfLaunch> {
  readonly id: string
  readonly cookieName: string
  readonly cookieHash: string
  readonly createdAt: number
  /** The table's TTL attribute too: DynamoDB deletes the tombstone some time after. */
  readonly expiresAt: number
  readonly sealed?: Uint8Array
  readonly clear: Clear
  /** The nonce of the one who took it. */
  readonly takenBy?: string
}

export function oneTimeKey(kind: OneTimeKind, keyHash: string): { readonly id: string } {
  return { id: `${LAUNCHES_PREFIX[kind]}${keyHash}` }
}

export function toOneTimeItem<Clear extends OfLaunch>(
  key: { readonly id: string },
  { browser, createdAt, expiresAt, sealed, clear }: OneTimeRecord<Clear>,
): OneTimeItem<Clear> {
  return { ...key, ...browser, createdAt, expiresAt, sealed, clear }
}

/** What a taken item holds; `used` if its ciphertext is already gone. */
export function fromOneTimeItem<Clear extends OfLaunch>(item: OneTimeItem<Clear>): Taken<Clear> {
  const { cookieName, cookieHash, createdAt, expiresAt, sealed, clear } = item
  if (!sealed) return { refused: 'used', launchId: clear.launchId }
  return { record: { browser: { cookieName, cookieHash }, createdAt, expiresAt, sealed, clear } }
}
