import type { Readable } from 'node:stream'
import type { FromInstance, InstanceStart, ToInstance } from './messages.ts'

/** What a function can run as. */
export type InstanceKind = 'thread' | 'process'

export interface InstanceOptions {
  readonly start: InstanceStart
  readonly env: Readonly<Record<string, string>>
  /** Of the heap, in MB. */
  readonly heapMb: number
}

/** Where one execution environment's code runs: a thread of this process, or a process. */
export interface Instance {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Of the process; a thread has none of its own. */
  readonly pid?: number
  send(message: ToInstance): void
  /** Stops it where it stands: no timer fires and no socket is read or written until it thaws. */
  freeze(): void
  thaw(): void
  onMessage(listener: (message: FromInstance) => void): void
  /** Once, when nothing more can come from it; `status` as Lambda words it. */
  onExit(listener: (status: string, failure?: InstanceFailure) => void): void
  /** Ends it wherever it stands, with no chance to clean up; resolves when it is gone. */
  kill(): Promise<void>
}

/** Why an instance ended by itself, where that is known. */
export interface InstanceFailure {
  readonly error: Error
  readonly outOfMemory: boolean
}
