import type { Clock } from '#core/time.ts'
import type { Pace } from '#core/tokens/pace.ts'

/** Time that goes on when nothing is left to do, to when the next thing happens. */
export interface VirtualTime {
  readonly now: Clock
  readonly pace: Pace
  /** Milliseconds since the beginning. */
  readonly ms: () => number
  /** Has something happen at a time that has not been yet. */
  at(ms: number, happen: () => void): void
  /** Goes through what happens until then, included. */
  run(untilMs: number): Promise<void>
}

interface Moment {
  readonly ms: number
  /** Of two moments at one time the one that was asked for first is first. */
  readonly serial: number
  readonly happen: () => void
}

/**
 * The time of a discrete-event simulation, for code that awaits: between two moments all that can go
 * on without time has gone on. That code must wait for nothing else, the event loop's turns included.
 *
 * @param begin seconds since the epoch
 * @param random chance; with a seed, a simulation is the same each time
 */
export function virtualTime(begin: number, random: () => number): VirtualTime {
  const moments = momentQueue()
  let ms = 0
  let serial = 0

  function at(whenMs: number, happen: () => void): void {
    serial += 1
    moments.add({ ms: Math.max(ms, whenMs), serial, happen })
  }

  return {
    now: () => begin + Math.floor(ms / 1_000),
    pace: {
      sleep: (milliseconds) => new Promise((resolve) => at(ms + milliseconds, resolve)),
      monotonicMs: () => ms,
      random,
    },
    ms: () => ms,
    at,
    async run(untilMs) {
      // What was begun before may have something happen yet.
      await settled()
      for (let next = moments.take(untilMs); next; next = moments.take(untilMs)) {
        ms = next.ms
        next.happen()
        await settled()
      }
      ms = untilMs
    },
  }
}

/** All that can go on without time has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** A binary heap: a run has as many moments ahead as sessions in work, and takes millions. */
function momentQueue() {
  const heap: Moment[] = []
  const before = (one: Moment, other: Moment) =>
    one.ms < other.ms || (one.ms === other.ms && one.serial < other.serial)

  return {
    add(moment: Moment): void {
      let place = heap.length
      while (place > 0) {
        const parent = (place - 1) >> 1
        const above = heap[parent] as Moment
        if (!before(moment, above)) break
        heap[place] = above
        place = parent
      }
      heap[place] = moment
    },

    /** The first of them, unless it is later than that. */
    take(untilMs: number): Moment | undefined {
      const [first] = heap
      if (!first || first.ms > untilMs) return undefined
      const last = heap.pop() as Moment
      let place = 0
      for (;;) {
        let child = 2 * place + 1
        if (child >= heap.length) break
        const right = heap[child + 1]
        if (right && before(right, heap[child] as Moment)) child += 1
        const below = heap[child] as Moment
        if (!before(below, last)) break
        heap[place] = below
        place = child
      }
      if (heap.length > 0) heap[place] = last
      return first
    },
  }
}
