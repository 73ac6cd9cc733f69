import type { Clock } from '#core/time.ts'
import type { Pace } from '#core/tokens/pace.ts'
import type { During } from '../renewal/instance.ts'

/** An instance that does nothing now, and from when on it would go on by itself. */
export interface Rest {
  /** How often it has been told the time; rest before it was told the last is no rest. */
  readonly told: number
  /** The end of the first of its pauses; absent where nobody in it pauses. */
  readonly wakesAtMs?: number
}

/** A process's time, which stands still until its parent moves it on. */
export interface HeldTime {
  readonly now: Clock
  readonly pace: Pace
  /** Carries out a request to another process; while one is under way, nobody rests. */
  readonly during: During
  /** Something was asked of this process, at this time; milliseconds since the epoch. */
  tell(ms: number): void
}

/** For what is done between two requests: the timer comes when all of that is. */
const SETTLING_MS = 2

/**
 * Time as a process sees it whose parent holds it: it pauses until it is told that the time has come,
 * and says when all that it does is to pause. So a lease runs out when nobody can act before, and
 * never because a machine is slow.
 */
export function heldTime(startMs: number, onRest: (rest: Rest) => void): HeldTime {
  const pauses = new Set<{ readonly untilMs: number; readonly end: () => void }>()
  let nowMs = startMs
  let told = 0
  let requests = 0
  let settling: NodeJS.Timeout | undefined

  function settle(): void {
    clearTimeout(settling)
    settling = setTimeout(() => {
      if (requests > 0) return
      const ends = [...pauses].map(({ untilMs }) => untilMs)
      onRest({ told, ...(ends.length > 0 && { wakesAtMs: Math.min(...ends) }) })
    }, SETTLING_MS)
  }

  return {
    now: () => Math.floor(nowMs / 1_000),
    pace: {
      monotonicMs: () => nowMs,
      random: Math.random,
      sleep: (milliseconds) =>
        new Promise((resolve) => {
          pauses.add({ untilMs: nowMs + milliseconds, end: resolve })
          settle()
        }),
    },
    async during(request) {
      requests += 1
      try {
        return await request()
      } finally {
        requests -= 1
        settle()
      }
    },
    tell(ms) {
      nowMs = ms
      told += 1
      for (const pause of [...pauses].filter(({ untilMs }) => untilMs <= ms)) {
        pauses.delete(pause)
        pause.end()
      }
      settle()
    },
  }
}
