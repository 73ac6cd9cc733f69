import type { EventLog } from '#core/event-log.ts'
import type { Session } from '#core/session/session-store.ts'
import type { RefreshAnswer } from './refresh-answer.ts'
import type { HealthChange } from './refresh-health.ts'
import type { RefreshObserver } from './refresh-observer.ts'
import type { RenewalNote } from './renewal.ts'

/** Says in the log, the counts and the app's events what a renewal does. */
export interface RenewalTeller {
  answered(session: Session, answer: RefreshAnswer): void
  noted(session: Session, note: RenewalNote): Promise<void>
  healthChanged(connection: string, change: HealthChange): Promise<void>
}

export function renewalTeller(
  log: EventLog,
  observer: RefreshObserver,
  monotonicMs: () => number,
): RenewalTeller {
  const count: RefreshObserver['count'] = (...counted) => observer.count(...counted)
  const tell: RefreshObserver['tell'] = async (event) => {
    try {
      await observer.tell(event)
    } catch {
      log.error('event_not_told', { reason: event.event, connection: event.connection })
    }
  }

  return {
    answered({ connection, launchId }, answer) {
      count({ count: 'refreshes', outcome: answer.kind }, connection)
      switch (answer.kind) {
        case 'granted':
        case 'revoked':
          return undefined
        case 'changed':
          return log.error(
            answer.what === 'patient' ? 'session_patient_changed' : 'session_user_changed',
            { connection, launchId, ...answer.detail },
          )
        case 'client_refused':
          return log.error('token_client_refused', { connection, launchId, ...answer.detail })
        case 'unavailable':
          return log.warn('token_refresh_failed', { connection, launchId, ...answer.detail })
        case 'ambiguous':
          return log.error('token_refresh_unanswered', { connection, launchId, ...answer.detail })
      }
    },

    async noted({ id: session, app, connection, launchId }, note) {
      const fields = { connection, launchId }
      switch (note.note) {
        case 'renewed': {
          const durationMs = Math.round(monotonicMs() - note.startedMs)
          log.info('token_refreshed', { ...fields, durationMs })
          return tell({ event: 'session.refreshed', app, connection, session })
        }
        case 'fenced':
          return log.error('token_refresh_fenced', fields)
        case 'rescued':
          count({ count: 'second-path-uses' }, connection)
          return log.error('tokens_rescued', fields)
        case 'recovered':
          count({ count: 'second-path-uses' }, connection)
          return log.warn('tokens_recovered', fields)
        case 'lost':
          return log.error('tokens_lost', fields)
        case 'taking-over':
          count({ count: 'take-overs' }, connection)
          return log.warn('token_refresh_taken_over', fields)
        case 'waited':
          return count({ count: 'waits' }, connection)
        case 'reauthorization-required': {
          const { reason } = note
          log.warn('session_reauthorization_required', { ...fields, reason })
          return tell({
            event: 'session.reauthorization-required',
            app,
            connection,
            session,
            reason,
          })
        }
        case 'abandoned':
          return undefined
      }
    },

    async healthChanged(connection, change) {
      if (change.change === 'recovered') {
        log.info('connection_recovered', { connection })
        return tell({ event: 'connection.recovered', connection })
      }
      const { reason } = change
      log.error('connection_failing', { connection, reason })
      return tell({ event: 'connection.failing', connection, reason })
    },
  }
}
