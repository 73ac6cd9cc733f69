import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { vaultRefusal, watchedVault } from '#core/tokens/vault-refusal.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const binding = { session: 'session', tokenVersion: 1, connection: 'general-production' }

/** Opens with a vault that throws this. */
async function opening(error: Error) {
  const log = recordingLog()
  const metrics = recordingMetrics()
  const vault = {
    seal: () => Promise.reject(new Error('not asked for')),
    open: () => Promise.reject(error),
  }
  const thrown: unknown = await watchedVault(vault, { log, metrics })
    .open(new Uint8Array(), binding)
    .catch((reason: unknown) => reason)
  return { thrown, lines: log.lines, measures: metrics.measures }
}

describe('a watched vault', () => {
  it('alarms where a row is not as it was left', async () => {
    const error = vaultRefusal('vault_context_mismatch')
    const { thrown, lines, measures } = await opening(error)

    expect(thrown).toBe(error)
    expect(lines).toMatchObject([
      {
        event: 'session_tokens_refused',
        fields: { connection: 'general-production', reason: 'vault_context_mismatch' },
      },
    ])
    expect(measures).toEqual([{ name: 'TokensRefused' }])
  })

  it('does not alarm where KMS did not answer: nothing is known of the row then', async () => {
    const detail = { reason: 'vault_open_failed' }
    const error = new BrokerError('internal_error', { detail })

    expect(await opening(error)).toEqual({ thrown: error, lines: [], measures: [] })
  })
})
