import type { EventFields } from '#core/event-log.ts'
import type { ReleaseOutcome, Session } from '#core/session/session-store.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { RefreshAnswer } from './refresh-answer.ts'
import { nextAttemptAt } from './refresh-timing.ts'

/** How a renewal that got no tokens goes into the row and the log. */
export interface RefreshSettlement {
  readonly release: ReleaseOutcome
  readonly level: 'warn' | 'error'
  readonly event: string
  readonly fields: EventFields
}

/** A renewal's answer, but for the good one. */
export type FailedRefreshAnswer = Exclude<RefreshAnswer, { readonly kind: 'granted' }>

/**
 * What a renewal that failed leaves behind, pure.
 *
 * A chain is given up only on `invalid_grant` and on a changed person or patient. A refused client
 * is configuration: sessions outlive its repair.
 */
export function settleRefresh(
  answer: FailedRefreshAnswer,
  session: Session,
  now: EpochSeconds,
  random: number,
): RefreshSettlement {
  const failures = session.failures + 1
  const { kind, detail = {} } = answer
  const over = { status: 'reauthorization-required', failures } as const

  switch (kind) {
    case 'revoked':
      return {
        release: over,
        level: 'warn',
        event: 'session_reauthorization_required',
        fields: { ...detail, reason: 'invalid_grant' },
      }

    case 'changed':
      return {
        release: over,
        level: 'error',
        event: answer.what === 'patient' ? 'session_patient_changed' : 'session_user_changed',
        fields: detail,
      }

    case 'client_refused':
    case 'unavailable':
      return {
        release: {
          status: 'active',
          failures,
          nextAttemptAt: nextAttemptAt(now, failures, random, answer.retryAfterSeconds),
        },
        level: kind === 'client_refused' ? 'error' : 'warn',
        event: kind === 'client_refused' ? 'token_client_refused' : 'token_refresh_failed',
        fields: detail,
      }

    case 'ambiguous':
      return {
        release: { status: 'active', failures, unresolved: true },
        level: 'error',
        event: 'token_refresh_unanswered',
        fields: detail,
      }
  }
}
