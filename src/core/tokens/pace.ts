/** Waiting and chance, handed in so that a test waits for nothing and leaves nothing to chance. */
export interface Pace {
  sleep(milliseconds: number): Promise<void>
  /** Milliseconds of a clock that only goes forward, and is no other host's business. */
  monotonicMs(): number
  /** At least 0, below 1. */
  random(): number
}

/** The pace of the machine. */
export const systemPace: Pace = {
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  monotonicMs: () => performance.now(),
  random: Math.random,
}

/**
 * Repeats a write that throws, with full jitter, until `deadlineMs` on the monotonic clock; at least
 * one try. `undefined` if every try threw.
 */
export async function repeatUntil<T>(
  write: () => Promise<T>,
  deadlineMs: number,
  { sleep, monotonicMs, random }: Pace,
): Promise<T | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write()
    } catch {
      const delay = random() * Math.min(1_000, 50 * 2 ** tries)
      if (monotonicMs() + delay >= deadlineMs) return undefined
      await sleep(delay)
    }
  }
}
