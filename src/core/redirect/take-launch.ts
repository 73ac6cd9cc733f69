import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { launchIdOf } from '#core/launch/launch-id.ts'
import type { BrowserBinding, OneTimeStore } from '#core/launch/one-time-store.ts'
import type { LaunchClear, LaunchSecrets } from '#core/launch/pending-launch.ts'
import { bearerHash, openUnder } from '#core/launch/seal-under.ts'
import { Secret } from '#core/secret.ts'
import type { EpochSeconds } from '#core/time.ts'

/** A launch that this request alone has. */
export interface TakenLaunch extends LaunchClear, LaunchSecrets {
  readonly state: string
  readonly keyHash: string
  readonly browser: BrowserBinding
  readonly createdAt: EpochSeconds
}

/**
 * Matches the browser and takes the launch, once: a request of another browser, or a second one,
 * takes nothing, and costs no token request.
 *
 * @throws BrokerError `state_unknown`, `state_expired`, `state_used`, `state_browser_mismatch`
 * @see [RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749.html#section-10.12)
 */
export async function takeLaunch(
  state: string,
  cookieHashes: readonly string[],
  launches: OneTimeStore<LaunchClear>,
): Promise<TakenLaunch> {
  const keyHash = bearerHash(new Secret(state))
  const taken = await launches.take(keyHash, { nonce: randomUUID(), cookieHashes })
  if ('refused' in taken) {
    throw new BrokerError(`state_${taken.refused}`, { detail: { launchId: launchIdOf(keyHash) } })
  }

  const { record } = taken
  const secrets = openUnder(new Secret(state), 'launch', record.sealed) as LaunchSecrets
  return {
    ...record.clear,
    ...secrets,
    state,
    keyHash,
    browser: record.browser,
    createdAt: record.createdAt,
  }
}
