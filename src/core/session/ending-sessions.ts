import type { EpochSeconds } from '#core/time.ts'
import type { Session } from './session-store.ts'

/**
 * The end of sessions, in two steps: marked, which is the end for every reader, and removed when their
 * tokens have been dealt with. A row that is not marked is never removed here.
 */
export interface EndingSessions {
  /**
   * Marks a session that was found over, if it still stands as it was read: not used since, and not
   * being renewed but by `deadOwner`, whose lease ends with it. It is due at once.
   *
   * @returns the session as it stands then; `undefined` if it stood otherwise
   */
  begin(session: Session, now: EpochSeconds, deadOwner?: string): Promise<Session | undefined>

  /** Removes a session that is marked, if its tokens are still those that were read. */
  remove(session: Session): Promise<void>
}
