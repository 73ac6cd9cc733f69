import type { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { unforeseenFields } from '#core/unforeseen-fields.ts'

/** Logs why a request ended, once; of an unforeseen error never the message. */
export function logFailure(log: EventLog, error: BrokerError, referenceId: string): void {
  const fields = { referenceId, code: error.code, status: error.status, ...error.detail }
  if (error.status < 500) log.warn('request_refused', fields)
  else log.error('request_failed', { ...fields, ...unforeseenFields(error.cause) })
}
