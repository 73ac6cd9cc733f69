import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { TokenVault } from './token-vault.ts'

/** Why sealed tokens are refused: nothing that was sealed here for this session's row is refused. */
export type VaultRefusal =
  /** They were sealed for another session. */
  | 'vault_session_mismatch'
  /** They are older, or newer, than the row says. */
  | 'vault_version_mismatch'
  /** They were sealed for another connection or purpose. */
  | 'vault_context_mismatch'
  /** They were sealed under a key that is not ours. */
  | 'vault_key_unknown'
  /** They were cut short, changed, or are none. */
  | 'vault_ciphertext_invalid'

/** The session cannot go on: the app is told to launch again, and the log says why. */
export function vaultRefusal(reason: VaultRefusal, cause?: unknown): BrokerError {
  return new BrokerError('session_over', { cause, detail: { reason } })
}

/**
 * A vault that says of every refusal that a row is not as it was left: in the log, as an error, and
 * counted, for the stack's alarm. To be made where the vault is, so that no opening goes unwatched.
 */
export function watchedVault(
  vault: TokenVault,
  { log, metrics }: { readonly log: EventLog; readonly metrics: Metrics },
): TokenVault {
  return {
    seal: vault.seal,
    async open(sealed, binding) {
      try {
        return await vault.open(sealed, binding)
      } catch (error) {
        const { code, detail } = BrokerError.from(error)
        if (code === 'session_over') {
          log.error('session_tokens_refused', { connection: binding.connection, ...detail })
          metrics.add({ name: 'TokensRefused' })
        }
        throw error
      }
    },
  }
}
