import { Logger } from '@aws-lambda-powertools/logger'
import { countLines } from '#core/count-lines.ts'
import type { EventLog } from '#core/event-log.ts'
import { powertoolsMetrics } from './metrics.ts'

/**
 * An event log of JSON lines on standard output, which Lambda sends to the function's log group; what
 * an alarm is to see of them is counted beside.
 */
export function powertoolsEventLog(serviceName: string): EventLog {
  const logger = new Logger({ serviceName })
  return countLines(
    {
      info: (event, fields = {}) => logger.info(event, { ...fields }),
      warn: (event, fields = {}) => logger.warn(event, { ...fields }),
      error: (event, fields = {}) => logger.error(event, { ...fields }),
    },
    powertoolsMetrics(),
  )
}
