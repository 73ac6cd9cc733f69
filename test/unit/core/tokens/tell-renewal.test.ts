import { describe, expect, it } from 'vitest'
import type { RefreshAnswer } from '#core/tokens/refresh-answer.ts'
import { silentRefreshObserver } from '#core/tokens/refresh-observer.ts'
import type { RenewalNote } from '#core/tokens/renewal.ts'
import { renewalTeller } from '#core/tokens/tell-renewal.ts'
import { aSession } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const session = aSession({ launchId: 'k3JdK2aQ' })

function setup() {
  const log = recordingLog()
  const teller = renewalTeller(log, silentRefreshObserver, () => 1_500)
  return { log, teller }
}

/** Every line names the launch, so that `sallyport why` finds it. */
const ABOUT = { connection: session.connection, launchId: 'k3JdK2aQ' }

describe('a renewal’s log line', () => {
  it.each<[string, RefreshAnswer]>([
    ['token_client_refused', { kind: 'client_refused', detail: { oauthError: 'invalid_client' } }],
    ['token_refresh_failed', { kind: 'unavailable', detail: { status: 503 } }],
    ['token_refresh_unanswered', { kind: 'ambiguous', detail: { reason: 'upstream_timeout' } }],
    ['session_patient_changed', { kind: 'changed', what: 'patient', detail: {} }],
    ['session_user_changed', { kind: 'changed', what: 'user', detail: {} }],
  ])('%s names the launch that its session came of, and what was answered', (event, answer) => {
    const { log, teller } = setup()

    teller.answered(session, answer)

    const detail = 'detail' in answer ? answer.detail : {}
    expect(log.lines).toMatchObject([{ event, fields: { ...ABOUT, ...detail } }])
  })

  it.each<[string, RenewalNote]>([
    ['token_refreshed', { note: 'renewed', purpose: 'renew', startedMs: 500 }],
    ['token_refresh_fenced', { note: 'fenced' }],
    ['tokens_rescued', { note: 'rescued' }],
    ['tokens_recovered', { note: 'recovered' }],
    ['tokens_lost', { note: 'lost' }],
    ['token_refresh_taken_over', { note: 'taking-over' }],
    [
      'session_reauthorization_required',
      { note: 'reauthorization-required', reason: 'invalid_grant' },
    ],
  ])('%s names the launch that its session came of', async (event, note) => {
    const { log, teller } = setup()

    await teller.noted(session, note)

    expect(log.lines).toMatchObject([{ event, fields: ABOUT }])
  })
})
