/** Adds up time while something is under way; what overlaps counts once. */
export interface Stopwatch {
  /** Runs until the work has ended, however it ends, and answers the same promise. */
  during<Value>(work: Promise<Value>): Promise<Value>
  /** Whether it ever ran. */
  readonly hasRun: boolean
  /** In milliseconds, up to now if it is running. */
  readonly ms: number
}

/** @param elapsedMs milliseconds from any start */
export function stopwatch(elapsedMs: () => number): Stopwatch {
  let underWay = 0
  let startedMs = 0
  let addedMs = 0
  let hasRun = false
  const end = () => {
    underWay -= 1
    if (underWay === 0) addedMs += elapsedMs() - startedMs
  }
  return {
    during(work) {
      if (underWay === 0) startedMs = elapsedMs()
      underWay += 1
      hasRun = true
      // Before whoever awaits it goes on, as they ask later.
      work.then(end, end)
      return work
    },
    get hasRun() {
      return hasRun
    },
    get ms() {
      return underWay === 0 ? addedMs : addedMs + elapsedMs() - startedMs
    },
  }
}
