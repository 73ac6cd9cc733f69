import { type LoggedEvent, type LoggedRequest, loggedEvent, loggedRequest } from './log-line.ts'
import type { FoundLine, LogSearch } from './log-search.ts'

/** All that the logs have of a launch, or of a request that belongs to none. Oldest first. */
export interface Logged {
  /** Absent for a request outside a launch. */
  readonly launchId?: string
  readonly events: readonly LoggedEvent[]
  /** The request that was asked for, and those that failed. */
  readonly requests: readonly LoggedRequest[]
}

/** As `launchIdOf` makes them. */
const LAUNCH_ID = /^[\w-]{8}$/

/** The longest that a session may live: its launch began no earlier before any of its requests. */
const LONGEST_SESSION_MS = 24 * 60 * 60 * 1000

/** Failures whose requests are looked up; a browser that goes on reloading makes many. */
const MOST_FAILURES = 5

/**
 * Finds a launch by its own id or by the reference id of any request of it, from `from` on (epoch
 * milliseconds); `undefined` when no line has the id.
 */
export async function findLaunch(
  id: string,
  from: number,
  search: LogSearch,
): Promise<Logged | undefined> {
  const asked = LAUNCH_ID.test(id)
    ? []
    : await search({ members: ['referenceId', 'requestId'], value: id, from })
  const own = events(asked)
  const launchId = LAUNCH_ID.test(id) ? id : own.find((event) => event.launchId)?.launchId
  if (launchId === undefined) {
    return asked.length === 0 ? undefined : { events: own, requests: requests(asked) }
  }

  const since = Math.min(from, (asked[0]?.at ?? Number.POSITIVE_INFINITY) - LONGEST_SESSION_MS)
  const ofLaunch = events(await search({ members: ['launchId'], value: launchId, from: since }))
  if (ofLaunch.length === 0) return undefined
  const found = [...ofLaunch, ...own.filter((event) => event.launchId === undefined)]
  const failed = found.filter(({ code, referenceId }) => code && referenceId && referenceId !== id)
  const failedIds = [...new Set(failed.map(({ referenceId = '' }) => referenceId))]
  const more = await Promise.all(
    failedIds
      .slice(0, MOST_FAILURES)
      .map((value) => search({ members: ['requestId'], value, from: since })),
  )
  return {
    launchId,
    events: found.sort((one, other) => one.at - other.at),
    requests: [...requests(asked), ...more.flatMap(requests)],
  }
}

function events(lines: readonly FoundLine[]): readonly LoggedEvent[] {
  return lines.flatMap(({ message, at }) => loggedEvent(message, at) ?? [])
}

function requests(lines: readonly FoundLine[]): readonly LoggedRequest[] {
  return lines.flatMap(({ message, at }) => loggedRequest(message, at) ?? [])
}
