import type { EpochSeconds } from '#core/time.ts'

/** How long a connection is remembered to fail when nobody says anything of it. */
export const HEALTH_LIFETIME_SECONDS = 30 * 24 * 60 * 60

/** Whether connections fail, known to every instance alike, so that a change is told once. */
export interface ConnectionHealth {
  /**
   * Notes that a connection fails, or that it works. Answers whether that is a change: of any number
   * of callers at once, in any number of instances, one gets `true`.
   */
  note(connection: string, failing: boolean): Promise<boolean>

  /** Since when it fails, where that is the last that was noted. */
  failingSince(connection: string): Promise<EpochSeconds | undefined>
}
