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
