import { NOW } from '../fixtures.ts'
import {
  aCaller,
  type Caller,
  LAST_START_SECONDS,
  type Past,
  type Scene,
  type Setting,
} from './world.ts'

/**
 * States are made one where nothing that can happen from there on tells them apart. What is left out
 * here is read by nobody: `test/long` explores smaller settings with and without, and finds the same.
 */

/** Without when an attempt began, which is for people; a pause that is over on every clock is none. */
export function plainScene(scene: Scene, { callers }: Setting): Scene {
  const { t, row } = scene
  const leaseTakenAt = row?.lease ? scene.leaseTakenAt : 0
  const isSince = leaseTakenAt === scene.leaseTakenAt
  if (!row) return isSince ? scene : { ...scene, leaseTakenAt }
  const { attempt, nextAttemptAt, ...rest } = row
  const slowest = Math.min(0, ...callers.map(({ skewSeconds }) => skewSeconds))
  const isPaused = nextAttemptAt !== undefined && nextAttemptAt > NOW + t + slowest
  const isPlain =
    (attempt === undefined || attempt.startedAt === NOW) &&
    (nextAttemptAt === undefined || isPaused)
  if (isPlain) return isSince ? scene : { ...scene, leaseTakenAt }
  return {
    ...scene,
    row: {
      ...rest,
      ...(attempt && { attempt: { ...attempt, startedAt: NOW } }),
      ...(isPaused && { nextAttemptAt }),
    },
    leaseTakenAt,
  }
}

/** So many doubts that a session may be lost, whatever becomes of it. */
const BEYOND_DOUBT: readonly string[] = ['*', '**']

/** Without who is in doubt, where a session may be lost already, or was ended. */
export function plainPast(past: Past, isLoggedOut: boolean, setting: Setting): Past {
  const { doubts } = past
  if (isLoggedOut) return doubts.length > 0 ? { ...past, doubts: [] } : past
  return mayBeLost(past, doubts.length, setting) ? { ...past, doubts: BEYOND_DOUBT } : past
}

/**
 * A session may be lost where no word came back of a presentation, and the token may not be
 * presented once more (the server is known to revoke for that), or the server refused it, or no word
 * came back of that either.
 */
export function mayBeLost({ grant }: Past, doubts: number, { reuse }: Setting): boolean {
  if (doubts === 0) return false
  return reuse === 'revokes' || doubts > 1 || grant.server.refused > 0
}

/** Without what was read, of one who reads again before it does anything with it. */
export function plainCaller(caller: Caller, { t }: Scene): Caller {
  const { mode, name, state, read, ...rest } = caller
  if (mode === 'idle' && t > LAST_START_SECONDS) return { ...aCaller(name), mode: 'done' }
  if (state?.phase.at !== 'reading' && state?.phase.at !== 'waiting') return caller
  const { known, ...unknowing } = state
  return { ...rest, mode, name, state: unknowing }
}
