import { describe, expect, it } from 'vitest'
import type { RefreshAnswer } from '#core/tokens/refresh-answer.ts'
import type { RefreshEvent } from '#core/tokens/refresh-observer.ts'
import type { RenewalNote } from '#core/tokens/renewal.ts'
import { renewalTeller } from '#core/tokens/tell-renewal.ts'
import { aSession } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const session = aSession({ launchId: 'k3JdK2aQ' })

function setup() {
  const log = recordingLog()
  const told: RefreshEvent[] = []
  const counted: unknown[] = []
  const observer = {
    tell: async (event: RefreshEvent) => void told.push(event),
    count: (...counting: readonly unknown[]) => void counted.push(counting),
  }
  return { log, told, counted, teller: renewalTeller(log, observer, () => 1_500) }
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

describe('what is counted of a renewal, and told to the app', () => {
  it.each<RefreshAnswer['kind']>(['revoked', 'unavailable', 'client_refused', 'ambiguous'])(
    'is the answer %s, once, for its connection',
    (kind) => {
      const { counted, teller } = setup()

      teller.answered(session, { kind } as RefreshAnswer)

      expect(counted).toEqual([[{ count: 'refreshes', outcome: kind }, session.connection]])
    },
  )

  it.each<[RenewalNote['note'], string | undefined]>([
    ['rescued', 'second-path-uses'],
    ['recovered', 'second-path-uses'],
    ['taking-over', 'take-overs'],
    ['waited', 'waits'],
    ['fenced', undefined],
    ['lost', undefined],
    ['abandoned', undefined],
  ])('is of one that was %s: %s', async (note, count) => {
    const { counted, told, teller } = setup()

    await teller.noted(session, { note } as RenewalNote)

    expect(counted).toEqual(count ? [[{ count }, session.connection]] : [])
    expect(told).toEqual([])
  })

  it('is whose tokens were renewed; the log says how long that took', async () => {
    const { told, log, teller } = setup()

    await teller.noted(session, { note: 'renewed', purpose: 'renew', startedMs: 500.4 })

    const { app, connection, id } = session
    expect(told).toEqual([{ event: 'session.refreshed', app, connection, session: id }])
    expect(log.lines[0]?.fields.durationMs).toBe(1_000)
  })

  it('is who must sign on again, and why', async () => {
    const { told, log, teller } = setup()

    await teller.noted(session, { note: 'reauthorization-required', reason: 'patient_changed' })

    const { app, connection, id } = session
    const reason = 'patient_changed'
    expect(told).toEqual([
      { event: 'session.reauthorization-required', app, connection, session: id, reason },
    ])
    expect(log.lines[0]?.fields.reason).toBe(reason)
  })

  it('is a connection that fails, or no longer fails', async () => {
    const { told, log, teller } = setup()
    const { connection } = session

    await teller.healthChanged(connection, { change: 'failing', reason: 'unavailable' })
    await teller.healthChanged(connection, { change: 'recovered' })

    expect(told).toEqual([
      { event: 'connection.failing', connection, reason: 'unavailable' },
      { event: 'connection.recovered', connection },
    ])
    expect(log.lines).toEqual([
      {
        level: 'error',
        event: 'connection_failing',
        fields: { connection, reason: 'unavailable' },
      },
      { level: 'info', event: 'connection_recovered', fields: { connection } },
    ])
  })

  it('needs no line where it is told elsewhere', async () => {
    const { log, teller } = setup()

    teller.answered(session, { kind: 'revoked' })
    await teller.noted(session, { note: 'waited' })
    await teller.noted(session, { note: 'abandoned', owner: 'owner' })

    expect(log.lines).toEqual([])
  })

  it('says in the log what could not be told, and goes on', async () => {
    const log = recordingLog()
    const away = { tell: () => Promise.reject(new Error('away')), count: () => undefined }

    await renewalTeller(log, away, () => 0).healthChanged('one', { change: 'recovered' })

    expect(log.lines.at(-1)).toEqual({
      level: 'error',
      event: 'event_not_told',
      fields: { reason: 'connection.recovered', connection: 'one' },
    })
  })
})
