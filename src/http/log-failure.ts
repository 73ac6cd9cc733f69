import type { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'

/**
 * Logs why a request ended, once. Of an unforeseen error it keeps the class and where it was
 * thrown, never the message: messages quote what was being handled.
 */
export function logFailure(log: EventLog, error: BrokerError, referenceId: string): void {
  const fields = { referenceId, code: error.code, status: error.status, ...error.detail }
  if (error.status < 500) {
    log.warn('request_refused', fields)
    return
  }

  const { cause } = error
  log.error('request_failed', {
    ...fields,
    ...(cause instanceof Error && {
      errorName: cause.name,
      stack: frames(cause),
    }),
  })
}

/** The stack's frames without its first lines, which hold the message. */
function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join('\n')
}
