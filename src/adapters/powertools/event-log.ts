import { Logger } from '@aws-lambda-powertools/logger'
import type { EventLog } from '#core/event-log.ts'

/** An event log of JSON lines on standard output, which Lambda sends to the function's log group. */
export function powertoolsEventLog(serviceName: string): EventLog {
  const logger = new Logger({ serviceName })
  return {
    info: (event, fields = {}) => logger.info(event, { ...fields }),
    warn: (event, fields = {}) => logger.warn(event, { ...fields }),
    error: (event, fields = {}) => logger.error(event, { ...fields }),
  }
}
