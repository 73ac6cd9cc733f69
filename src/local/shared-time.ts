import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One clock for every thread and process: how many milliseconds `Date` is ahead of the machine's. */
export interface SharedTime {
  /** Handed to a thread, which reads it by {@link timeInBuffer}. */
  readonly buffer: SharedArrayBuffer
  /**
   * The descriptor of an open file that a process inherits and reads by {@link timeInFile}. As with
   * memory that is shared, what is read is what was written last, with no message between.
   */
  file(): number
  /** Moves everybody's clock on. */
  advance(seconds: number): void
  /** Gives the file back; no process may be left that reads it. */
  close(): void
}

/** How many milliseconds `Date` is to be ahead, each time it is asked. */
export type OffsetMs = () => number

const BYTES = 8

export function sharedTime(): SharedTime {
  const buffer = new SharedArrayBuffer(BYTES)
  const offset = new BigInt64Array(buffer)
  let fd: number | undefined
  const write = () => {
    if (fd !== undefined) writeSync(fd, new BigInt64Array([Atomics.load(offset, 0)]), 0, BYTES, 0)
  }
  return {
    buffer,
    file() {
      fd ??= namelessFile()
      write()
      return fd
    },
    advance(seconds) {
      Atomics.add(offset, 0, BigInt(Math.round(seconds * 1000)))
      write()
    },
    close() {
      if (fd !== undefined) closeSync(fd)
      fd = undefined
    },
  }
}

/** The offset in the memory that this thread shares. */
export function timeInBuffer(buffer: SharedArrayBuffer): OffsetMs {
  const offset = new BigInt64Array(buffer)
  return () => Number(Atomics.load(offset, 0))
}

/** The offset in the file that this process inherited. */
export function timeInFile(fd: number): OffsetMs {
  const offset = new BigInt64Array(1)
  return () => {
    readSync(fd, offset, 0, BYTES, 0)
    return Number(offset[0])
  }
}

/** Makes `Date` of this thread tell the shared time; what undoes it is returned. */
export function installTime(offsetMs: OffsetMs): () => void {
  const original = globalThis.Date
  const shifted = shiftedDate(original, offsetMs)
  globalThis.Date = shifted
  return () => {
    // Another stack may have put its own clock over this one; that one is left alone.
    if (globalThis.Date === shifted) globalThis.Date = original
  }
}

/** A file that nobody else can open, and that is gone with the last that has it open. */
function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), 'shared-time-'))
  try {
    return openSync(join(folder, 'offset'), 'w+', 0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `Date` with another now; dates that are given stay what they are. */
function shiftedDate(original: DateConstructor, offsetMs: OffsetMs): DateConstructor {
  const now = () => original.now() + offsetMs()
  return new Proxy(original, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, property, receiver) =>
      property === 'now' ? now : Reflect.get(target, property, receiver),
  })
}
