import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { launchIdOf } from '#core/launch/launch-id.ts'
import type { BrowserBinding, OneTimeStore } from '#core/launch/one-time-store.ts'
import { bearerHash } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import type { SamlRequestClear } from './begin-sign-on.ts'
import { refused } from './refuse.ts'

/** The browser and the launch that an answer belongs to. */
export interface TakenRequest {
  readonly launchId: string
  readonly browser: BrowserBinding
}

/** What an answer came with. */
export interface AnswerOf {
  readonly connection: string
  /** Hashes of the launch cookies that this browser presents. */
  readonly cookieHashes: readonly string[]
  readonly relayState: string | undefined
}

/**
 * Takes the request that an answer names, once, and only in the browser that made it (SA-07).
 *
 * @param id `InResponseTo`, from what was signed
 * @throws BrokerError `state_unknown`, `state_expired`, `state_used`, `state_browser_mismatch`;
 * `saml_response_invalid` for the request of another connection, or another RelayState than ours
 */
export async function takeRequest(
  id: string,
  { connection, cookieHashes, relayState }: AnswerOf,
  requests: OneTimeStore<SamlRequestClear>,
): Promise<TakenRequest> {
  const keyHash = bearerHash(new Secret(id))
  const launchId = launchIdOf(keyHash)
  const taken = await requests.take(keyHash, { nonce: randomUUID(), cookieHashes })
  if ('refused' in taken) throw new BrokerError(`state_${taken.refused}`, { detail: { launchId } })
  const { browser, clear } = taken.record
  if (clear.connection !== connection) {
    throw refused('in_response_to_invalid').about({ launchId })
  }
  // Some providers lose it; one that answers with another has mixed up two sign-ons (SA-14).
  if (relayState !== undefined && relayState !== '' && relayState !== launchId) {
    throw refused('relay_state_invalid').about({ launchId })
  }
  return { launchId, browser }
}
