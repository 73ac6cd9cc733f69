import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Hands on each line of a stream. */
export function lines(stream: Readable, onLine: (text: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine)
}
