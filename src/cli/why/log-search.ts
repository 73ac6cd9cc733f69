import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs'

/** A line as CloudWatch Logs keeps it. */
export interface FoundLine {
  /** Epoch milliseconds. */
  readonly at: number
  readonly message: string
}

/** Lines in which one of `members` is `value`, from `from` on (epoch milliseconds), oldest first. */
export type LogSearch = (search: {
  /** As `launchId`, or `agent[0].who.identifier.value` further inside. */
  readonly members: readonly string[]
  /** Letters, digits, `-` and `_` only: in a pattern other characters have meanings. */
  readonly value: string
  readonly from: number
}) => Promise<readonly FoundLine[]>

/** Of one group, where nothing else is said. A session of a busy app writes more, and what it does later explains no launch. */
const MOST_LINES = 1_000

/**
 * Searches log groups by `FilterLogEvents`. It costs nothing, unlike an Insights query, which is paid
 * by the bytes that it scans, and sees a line some seconds after it was written. It takes longer the
 * more was logged in the time that is searched.
 */
export function logSearch(
  logs: CloudWatchLogsClient,
  groups: readonly string[],
  most = MOST_LINES,
): LogSearch {
  const searchGroup = async (
    logGroupName: string,
    filterPattern: string,
    startTime: number,
  ): Promise<readonly FoundLine[]> => {
    const found: FoundLine[] = []
    const pages = paginateFilterLogEvents(
      { client: logs },
      { logGroupName, filterPattern, startTime },
    )
    for await (const { events = [] } of pages) {
      found.push(...events.map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message })))
      if (found.length >= most) break
    }
    return found.slice(0, most)
  }

  return async ({ members, value, from }) => {
    const pattern = `{ ${members.map((member) => `$.${member} = "${value}"`).join(' || ')} }`
    const found = await Promise.all(groups.map((group) => searchGroup(group, pattern, from)))
    return found.flat().sort((one, other) => one.at - other.at)
  }
}
