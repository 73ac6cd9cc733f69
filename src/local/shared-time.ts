/** One clock for every thread: how many milliseconds `Date` is ahead of the machine's. */
export interface SharedTime {
  /** Handed to a worker, which makes its own {@link SharedTime} of it. */
  readonly buffer: SharedArrayBuffer
  /** Moves every thread's clock on. */
  advance(seconds: number): void
  /** Makes `Date` of this thread tell the shared time; what undoes it is returned. */
  install(): () => void
}

export function sharedTime(buffer = new SharedArrayBuffer(8)): SharedTime {
  const offset = new BigInt64Array(buffer)
  const offsetMs = () => Number(Atomics.load(offset, 0))
  return {
    buffer,
    advance(seconds) {
      Atomics.add(offset, 0, BigInt(Math.round(seconds * 1000)))
    },
    install() {
      const original = globalThis.Date
      const shifted = shiftedDate(original, offsetMs)
      globalThis.Date = shifted
      return () => {
        // Another stack may have put its own clock over this one; that one is left alone.
        if (globalThis.Date === shifted) globalThis.Date = original
      }
    },
  }
}

/** `Date` with another now; dates that are given stay what they are. */
function shiftedDate(original: DateConstructor, offsetMs: () => number): DateConstructor {
  const now = () => original.now() + offsetMs()
  return new Proxy(original, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property, receiver) =>
      property === 'now' ? now : Reflect.get(target, property, receiver),
  })
}
