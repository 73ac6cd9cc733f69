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

const STREAM = { logGroupName: z.string().min(1), logStreamName: z.string().min(1) }

/** How many lines one call looks at. AWS too answers pages without a match before the last one. */
const PAGE_EVENTS = 1_000

/**
 * The log groups of a stack, for functions that write to one themselves, and for reading by
 * `FilterLogEvents`.
 *
 * @param groups the names of the groups that there are
 * @param file keeps the lines over a restart; in memory when absent
 * @param onPut is told of each line that a function puts into a group itself
 */
export function cloudWatchLogs(
  groups: readonly string[],
  file?: string,
  onPut: (group: string, message: string) => void = () => {},
): CloudWatchLogs {
  const log = logFile(file)
  const streams = new Set<string>()
  const checkGroup = (name: string) => {
    if (!groups.includes(name)) throw notFound('group')
  }

  return {
    write(group, stream, message) {
      log.append({ group, stream, timestamp: Date.now(), message })
    },
    service: {
      CreateLogStream: operation(z.object(STREAM), ({ logGroupName, logStreamName }) => {
        checkGroup(logGroupName)
        const name = `${logGroupName}\n${logStreamName}`
        if (streams.has(name)) {
          throw new AwsError(
            'ResourceAlreadyExistsException',
            'The specified log stream already exists',
          )
        }
        streams.add(name)
        return {}
      }),

      PutLogEvents: operation(
        z.object({
          ...STREAM,
          logEvents: z
            .array(z.object({ timestamp: z.int(), message: z.string().min(1) }))
            .min(1)
            .max(10_000),
        }),
        ({ logGroupName, logStreamName, logEvents }) => {
          checkGroup(logGroupName)
          if (!streams.has(`${logGroupName}\n${logStreamName}`)) throw notFound('stream')
          for (const { timestamp, message } of logEvents) {
            log.append({ group: logGroupName, stream: logStreamName, timestamp, message })
            onPut(logGroupName, message)
          }
          return {}
        },
      ),

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
          checkGroup(logGroupName)
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

function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`)
}
