import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** One line of a log group; times are epoch milliseconds. */
interface LogEvent {
  readonly group: string
  readonly stream: string
  readonly timestamp: number
  readonly message: string
}

/** A hundred launches write a few hundred lines; this is weeks of work on one machine. */
const MOST_EVENTS = 50_000

/** Log lines, newest last; the oldest go when there are too many. */
export interface LogFile {
  readonly events: readonly LogEvent[]
  append(event: LogEvent): void
}

/** Lines in a file of JSON lines that is added to; in memory without one. */
export function logFile(path: string | undefined): LogFile {
  const events = path ? read(path).slice(-MOST_EVENTS) : []
  if (path) {
    mkdirSync(dirname(path), { recursive: true })
    const kept = events.map((event) => `${JSON.stringify(event)}\n`)
    writeFileSync(path, kept.join(''), { mode: 0o600 })
  }
  return {
    events,
    append(event) {
      events.push(event)
      if (events.length > MOST_EVENTS) events.splice(0, MOST_EVENTS / 10)
      if (path) appendFileSync(path, `${JSON.stringify(event)}\n`)
    },
  }
}

/** A last line that was cut off, by a machine that went down, is left out. */
function read(path: string): LogEvent[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
