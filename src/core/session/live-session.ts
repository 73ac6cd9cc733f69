import type { EpochSeconds } from '#core/time.ts'
import type { Session } from './session-store.ts'

/** A use is noted at most every tenth of the idle limit: a write per request would cost more than it tells. */
export const TOUCH_SHARE = 10

/** What of a session says when it is over by its limits. */
export type SessionLimits = Pick<Session, 'expiresAt' | 'lastUsedAt' | 'idleSeconds'>

/** When a session is over, if nobody uses it any more. */
export function limitOf({ expiresAt, lastUsedAt, idleSeconds }: SessionLimits): EpochSeconds {
  return Math.min(expiresAt, lastUsedAt + idleSeconds)
}

/** What of a session says whether it is live. */
export type LiveSessionFields = SessionLimits & Pick<Session, 'status'>

export type Liveness =
  | {
      readonly live: true
      /** Its use should be noted: the last note is old enough. */
      readonly touchDue: boolean
    }
  | { readonly live: false; readonly because: 'status' | 'absolute_end' | 'idle' }

/**
 * Whether a session may be used now. A row that is still there proves nothing: DynamoDB deletes up
 * to days late.
 */
export function liveSession(session: LiveSessionFields, now: EpochSeconds): Liveness {
  const { status, expiresAt, lastUsedAt, idleSeconds } = session
  if (status !== 'active') return { live: false, because: 'status' }
  if (now >= expiresAt) return { live: false, because: 'absolute_end' }
  if (now >= lastUsedAt + idleSeconds) return { live: false, because: 'idle' }
  return { live: true, touchDue: now - lastUsedAt >= idleSeconds / TOUCH_SHARE }
}
