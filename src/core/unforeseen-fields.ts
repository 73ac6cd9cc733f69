import type { EventFields } from './event-log.ts'

/**
 * What the log keeps of an unforeseen error: its class and where it was thrown, never the message.
 * Messages quote what was being handled.
 */
export function unforeseenFields(cause: unknown): EventFields {
  if (!(cause instanceof Error)) return {}
  return { errorName: cause.name, stack: frames(cause) }
}

/** The stack's frames without its first lines, which hold the message. */
function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join('\n')
}
