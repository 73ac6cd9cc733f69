import { randomUUID } from 'node:crypto'
import {
  type CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { EventLog } from '#core/event-log.ts'
import type { AuditTrail } from '#core/fhir/audit/audit-record.ts'
import type { Clock } from '#core/time.ts'

export interface CloudwatchAuditTrailOptions {
  readonly logs: CloudWatchLogsClient
  readonly logGroupName: string
  /** Told when a record could not be kept; an alarm hangs on it. */
  readonly log: EventLog
  readonly now: Clock
}

/**
 * The audit trail in a log group of its own, in a stream of this instance's own. A record that cannot
 * be kept is an error in the log, with its reference id and nothing else of it.
 */
export function cloudwatchAuditTrail({
  logs,
  logGroupName,
  log,
  now,
}: CloudwatchAuditTrailOptions): AuditTrail {
  const logStreamName = `${new Date(now() * 1_000).toISOString().slice(0, 10)}/${randomUUID()}`
  let stream: Promise<unknown> | undefined

  return {
    async record(record) {
      try {
        stream ??= logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
        await stream
        await logs.send(
          new PutLogEventsCommand({
            logGroupName,
            logStreamName,
            logEvents: [{ timestamp: now() * 1_000, message: JSON.stringify(record) }],
          }),
        )
      } catch (error) {
        stream = undefined
        log.error('audit_record_lost', {
          referenceId: String(record['id']),
          errorName: error instanceof Error ? error.name : 'unknown',
        })
      }
    },
  }
}
