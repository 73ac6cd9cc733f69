import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs'
import { hold } from './checks.ts'

/** CloudWatch has a line some seconds after it was written. */
const ATTEMPTS = 30
const ATTEMPT_INTERVAL_MS = 2_000

/** A function that starts for longer than this starts a second time, and its first caller waits. */
const MOST_INIT_MS = 10_000

const ACCESS_LOG_FIELDS = ['requestId', 'httpMethod', 'resourcePath', 'status']

export interface LogScope {
  readonly logs: CloudWatchLogsClient
  readonly groups: readonly string[]
  /** Epoch milliseconds. */
  readonly since: number
}

/** How long functions took to start, of Lambda's own lines; `undefined` where it has written none. */
export async function coldStarts(scope: LogScope): Promise<string | undefined> {
  const groups = scope.groups.filter((group) => !isAccessLog(group))
  const lines = (await Promise.all(groups.map((group) => linesOf(scope, group)))).flat()
  const starts = lines.flatMap((line) => {
    const [, milliseconds] =
      /Init Duration: ([\d.]+) ms/.exec(line) ?? /"initDurationMs":\s*([\d.]+)/.exec(line) ?? []
    return milliseconds === undefined ? [] : Number(milliseconds)
  })
  if (starts.length === 0) return undefined
  const longest = Math.round(Math.max(...starts))
  hold(longest <= MOST_INIT_MS, `a function took ${longest} ms to start`)
  return `${starts.length} functions started; the slowest took ${longest} ms`
}

/**
 * Looks for the lines of our requests in the access log.
 *
 * @param secrets none of them may be in a line
 */
export async function accessLog(scope: LogScope, secrets: readonly string[]): Promise<string> {
  const group = scope.groups.find(isAccessLog)
  hold(group !== undefined, 'the outputs name no access log: deploy the stack again')
  const isComplete = (lines: readonly string[]) => lines.some((line) => line.includes('/fhir/{'))
  let lines = await linesOf(scope, group)
  for (let attempt = 1; attempt < ATTEMPTS && !isComplete(lines); attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_INTERVAL_MS))
    lines = await linesOf(scope, group)
  }
  hold(isComplete(lines), `${group} has no line of a FHIR request`)
  for (const line of lines) {
    const entry: unknown = JSON.parse(line)
    const isEntry = typeof entry === 'object' && entry !== null
    const missing = ACCESS_LOG_FIELDS.filter((field) => !isEntry || !(field in entry))
    hold(missing.length === 0, `a line has no ${missing.join(', ')}`)
    hold(!secrets.some((secret) => line.includes(secret)), 'a line has a secret or a patient in it')
  }
  return `${lines.length} lines, in which nothing is that must not be`
}

function isAccessLog(group: string): boolean {
  return group.includes('ApiAccessLog')
}

async function linesOf({ logs, since }: LogScope, logGroupName: string) {
  const lines: string[] = []
  const pages = paginateFilterLogEvents({ client: logs }, { logGroupName, startTime: since })
  for await (const { events = [] } of pages) {
    lines.push(...events.map(({ message = '' }) => message))
  }
  return lines
}
