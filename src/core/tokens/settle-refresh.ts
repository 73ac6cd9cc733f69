import type { ReleaseOutcome } from '#core/session/session-store.ts'
import type { ReauthorizationReason } from './refresh-observer.ts'
import { nextAttemptAt } from './refresh-timing.ts'
import type { AnswerFacts, Holding, Instant, RenewalNote, RowKnown } from './renewal.ts'

/** How a renewal that got no tokens goes into the row, and who else is told. */
export interface RefreshSettlement {
  readonly outcome: ReleaseOutcome
  /** Told when it is written. */
  readonly note?: Extract<RenewalNote, { note: 'reauthorization-required' }>
}

/**
 * What a renewal that failed leaves behind, pure.
 *
 * A chain is given up only on `invalid_grant` and on a changed person or patient. A refused client
 * is configuration: sessions outlive its repair. Where the server took the token up without a word,
 * the attempt stays in the row, for the one who may present it again; if nobody may, the row says
 * that, while its access token is good.
 */
export function settleRefresh(
  answer: AnswerFacts,
  { before, purpose, attempt }: Holding,
  { reuse }: RowKnown,
  { now, random }: Instant,
): RefreshSettlement {
  const failures = before.failures + 1
  const later = nextAttemptAt(now, failures, random, answer.retryAfterSeconds)
  const over = (reason: ReauthorizationReason, isServed: boolean): RefreshSettlement => ({
    outcome: isServed
      ? { status: 'active', failures, attempt: { ...attempt, phase: 'unresolved' } }
      : { status: 'reauthorization-required', failures },
    note: { note: 'reauthorization-required', reason },
  })
  const isValid = now < before.accessTokenExpiresAt

  switch (answer.kind) {
    case 'granted':
      throw new TypeError('Granted tokens are stored, not settled')

    case 'revoked':
      // Taken over, it says that the token was used up, by the holder before us.
      return over('invalid_grant', purpose === 'take-over' && isValid)

    case 'changed':
      return over(answer.what === 'patient' ? 'patient_changed' : 'user_changed', false)

    // Not taken up: what was not known of the token before is not known now, and no more.
    case 'client_refused':
    case 'unavailable':
      return {
        outcome: {
          status: 'active',
          failures,
          nextAttemptAt: later,
          ...(before.attempt && { attempt: before.attempt }),
        },
      }

    case 'ambiguous':
      return purpose === 'renew' && reuse !== 'revokes'
        ? { outcome: { status: 'active', failures, nextAttemptAt: later, attempt } }
        : over('attempt_unresolved', isValid)
  }
}
