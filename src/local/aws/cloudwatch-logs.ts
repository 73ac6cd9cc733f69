import * as z from 'zod'
import { AwsError } from './aws-error.ts'
import { type AwsService, operation } from './aws-service.ts'
import { filterPattern } from './filter-pattern.ts'
import { logFile } from './log-file.ts'

export interface CloudWatchLogs {
  readonly service: AwsService
  /** Keeps a line, as of now. */
  write(group: string, stream: string, message: string): void
}

/** How many lines one call looks at. AWS too answers pages without a match before the last one. */
const PAGE_EVENTS = 1_000

/**
 * The log groups of a stack, for reading by `FilterLogEvents`.
 *
 * @param groups the names of the groups that there are
 * @param file keeps the lines over a restart; in memory when absent
 */
export function cloudWatchLogs(groups: readonly string[], file?: string): CloudWatchLogs {
  const log = logFile(file)

  return {
    write(group, stream, message) {
      log.append({ group, stream, timestamp: Date.now(), message })
    },
    service: {
      FilterLogEvents: operation(
        z.object({
          logGroupName: z.string(),
          startTime: z.int().nonnegative().default(0),
          endTime: z.int().nonnegative().default(Number.MAX_SAFE_INTEGER),
          filterPattern: z.string().max(1024).optional(),
          nextToken: z.string().regex(/^\d+$/).optional(),
          limit: z.int().min(1).max(10_000).default(10_000),
        }),
        ({ logGroupName, startTime, endTime, filterPattern: pattern, nextToken, limit }) => {
          if (!groups.includes(logGroupName)) {
            throw new AwsError(
              'ResourceNotFoundException',
              'The specified log group does not exist.',
            )
          }
          const matches = filterPattern(pattern)
          const inTime = log.events.filter(
            ({ group, timestamp }) =>
              group === logGroupName && timestamp >= startTime && timestamp <= endTime,
          )
          const from = Number(nextToken ?? 0)
          const page = inTime.slice(from, from + PAGE_EVENTS)
          const found = page
            .map((event, index) => ({ event, next: from + index + 1 }))
            .filter(({ event }) => matches(event.message))
          const last = found[limit - 1]
          const next = last?.next ?? from + page.length
          return {
            events: found.slice(0, limit).map(({ event, next: place }) => ({
              logStreamName: event.stream,
              timestamp: event.timestamp,
              ingestionTime: event.timestamp,
              message: event.message,
              eventId: `${event.timestamp}${place}`,
            })),
            searchedLogStreams: [],
            ...(next < inTime.length && { nextToken: String(next) }),
          }
        },
      ),
    },
  }
}
