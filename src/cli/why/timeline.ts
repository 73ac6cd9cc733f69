import type { EventFields } from '#core/event-log.ts'
import type { Logged } from './find-launch.ts'
import type { LoggedEvent, LoggedRequest } from './log-line.ts'

/** The steps of a launch by the function that takes each, and the event that says it is done. */
const STEPS = [
  { step: 'launch', done: 'launch_begun' },
  { step: 'redirect', done: 'launch_completed' },
  { step: 'sso', done: 'sso_dispatched' },
  { step: 'fhir', done: 'fhir_request_served' },
] as const

export type StepName = (typeof STEPS)[number]['step']

const FAILURES = ['request_refused', 'request_failed']

export interface Step {
  readonly step: StepName
  /** `unseen`: its line is not in the time that was searched, but a later step's is. */
  readonly outcome: 'done' | 'failed' | 'unseen' | 'not_reached'
  /** Epoch milliseconds, at its end. */
  readonly at?: number
  /** What its line says beside. */
  readonly fields?: EventFields
  /** Of the request as a whole, where its function did not say. */
  readonly durationMs?: number
}

/** Something that was logged of the launch and is no step. */
export interface Note extends EventFields {
  readonly at: number
  readonly service: string
  readonly event: string
}

/**
 * `complete`: up to the first FHIR request. `stopped`: nothing more came after `step`. `request`: it
 * is a request that belongs to no launch, or that failed before it had one.
 */
type Verdict = 'complete' | 'failed' | 'stopped' | 'request'

export interface Timeline {
  readonly verdict: Verdict
  /** The step that failed, or the last that was done. */
  readonly step?: StepName
  readonly launchId?: string
  readonly connection?: string
  readonly app?: string
  /** None for a request that belongs to no launch. */
  readonly steps: readonly Step[]
  readonly notes: readonly Note[]
  /** FHIR requests after the first. */
  readonly laterRequests: number
  readonly requests: readonly LoggedRequest[]
  /** The last line's time, epoch milliseconds. */
  readonly lastAt: number
}

/** Puts what was logged of a launch in order, and says where it ended. */
export function timeline({ launchId, events, requests }: Logged): Timeline {
  const times = [...events, ...requests].map(({ at }) => at)
  const named = (field: 'connection' | 'app') => events.find((event) => event[field])?.[field]
  const shared = {
    ...(launchId !== undefined && { launchId }),
    ...present('connection', named('connection')),
    ...present('app', named('app')),
    requests,
    lastAt: Math.max(...times),
  }
  if (launchId === undefined) {
    return { verdict: 'request', steps: [], notes: events, laterRequests: 0, ...shared }
  }

  const chosen = STEPS.map(({ step, done }) => {
    const own = events.filter(({ service }) => service === step)
    const good = own.find(({ event }) => event === done)
    return { step, done, line: good ?? own.find(({ event }) => FAILURES.includes(event)) }
  })
  const reached = chosen.findLastIndex(({ line }) => line !== undefined)
  const steps = chosen.map(({ step, done, line }, index): Step => {
    if (!line) return { step, outcome: index < reached ? 'unseen' : 'not_reached' }
    const { at, service, event, ...fields } = line
    const outcome = event === done ? 'done' : 'failed'
    return { step, outcome, at, fields, ...present('durationMs', durationOf(line, requests)) }
  })
  const taken = new Set(chosen.map(({ line }) => line))
  const isLater = (event: LoggedEvent) => event.event === 'fhir_request_served'
  const others = events.filter((event) => !taken.has(event))

  return {
    ...verdictOf(steps),
    steps,
    notes: others.filter((event) => !isLater(event)),
    laterRequests: others.filter(isLater).length,
    ...shared,
  }
}

function verdictOf(steps: readonly Step[]): Pick<Timeline, 'verdict' | 'step'> {
  const failed = steps.find(({ outcome }) => outcome === 'failed')
  if (failed) return { verdict: 'failed', step: failed.step }
  const last = steps.findLast(({ outcome }) => outcome === 'done')
  if (!last) return { verdict: 'stopped' }
  return { verdict: last.step === 'fhir' ? 'complete' : 'stopped', step: last.step }
}

function durationOf(
  { durationMs, referenceId }: LoggedEvent,
  requests: readonly LoggedRequest[],
): number | undefined {
  const request = requests.find((one) => one.referenceId === referenceId)
  return durationMs ?? request?.durationMs
}

function present<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value }
}
