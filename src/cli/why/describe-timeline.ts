import { ERRORS, type ErrorCode } from '#core/errors.ts'
import type { EventFields } from '#core/event-log.ts'
import type { LoggedRequest } from './log-line.ts'
import type { Note, Step, StepName, Timeline } from './timeline.ts'

/** What a launch waits for after each step, and how long that is good for. */
const AWAITED: Readonly<Record<StepName, string>> = {
  launch:
    'The browser was sent to the EHR and has not come back. Did the person sign in and allow the app? A launch is good for 10 minutes; after that, launch again.',
  redirect:
    'The page that goes on to the app was sent, and its ticket did not come. The person closed it, or did not press Continue where scripts are off. A ticket is good for 2 minutes; after that, launch again.',
  sso: 'The app knows its SessionID and has sent no FHIR request with it that was taken. Ask the app’s team for its log.',
  fhir: '',
}

/** The fields that stand in a heading or a column of their own. */
const APART = ['launchId', 'connection', 'app', 'durationMs', 'stack', 'code']

/** A timeline for people, a line each. */
export function describeTimeline(timeline: Timeline, now: number): readonly string[] {
  return [
    headline(timeline),
    ...(timeline.connection || timeline.app
      ? [`  connection ${timeline.connection ?? 'unknown'}, app ${timeline.app ?? 'unknown'}`]
      : []),
    '',
    ...timeline.steps.map((step) => describeStep(step, timeline)),
    ...timeline.notes.map((note) => describeNote(note, timeline)),
    ...(timeline.laterRequests > 0 ? [`  and ${timeline.laterRequests} FHIR requests later`] : []),
    ...timeline.requests.map(describeRequest),
    ...explain(timeline, now).flatMap((line, index) => (index === 0 ? ['', line] : [line])),
  ]
}

function headline({ launchId, verdict, step, notes, requests }: Timeline): string {
  if (launchId === undefined) {
    const code = notes.find((note) => note.code)?.code
    const gateway = requests.find((request) => request.gatewayResponse)?.gatewayResponse
    return `This request is of no launch${code || gateway ? `: ${code ?? gateway}` : ''}.`
  }
  if (verdict === 'complete') return `Launch ${launchId} went through.`
  if (verdict === 'failed') return `Launch ${launchId} failed at ${step}.`
  return `Launch ${launchId} stopped after ${step ?? 'an unknown step'}: nothing more came.`
}

function describeStep(step: Step, timeline: Timeline): string {
  const { at, durationMs, fields = {} } = step
  const name = step.step.padEnd(9)
  if (at === undefined) return `  ${''.padEnd(14)}${name} ${step.outcome.replace('_', ' ')}`
  const what = step.outcome === 'failed' ? `FAILED ${fields.code ?? ''}` : 'done'
  const took = durationMs === undefined ? '' : `${durationMs} ms`
  return `  ${when(at, timeline)}${name} ${what.padEnd(8)} ${took.padStart(8)}  ${list(fields)}`.trimEnd()
}

function describeNote({ at, service, event, ...fields }: Note, timeline: Timeline): string {
  const { code = '' } = fields
  return `  ${when(at, timeline)}${service.padEnd(9)} ${[event, code, list(fields)].filter(Boolean).join(' ')}`
}

function describeRequest(request: LoggedRequest): string {
  const { referenceId, method, route, status, durationMs, gatewayResponse } = request
  return `  request ${referenceId}: ${method} ${route} → ${status} in ${durationMs} ms${
    gatewayResponse ? `, by API Gateway itself (${gatewayResponse})` : ''
  }`
}

/** What happened in sentences: what the caller was told, or what did not come. */
function explain(timeline: Timeline, now: number): readonly string[] {
  const { verdict, step, steps, notes, requests, lastAt } = timeline
  if (verdict === 'stopped') {
    const since = `Nothing more since ${new Date(lastAt).toISOString()} (${age(now - lastAt)} ago).`
    return step ? [since, AWAITED[step]] : [since]
  }
  const failure =
    verdict === 'request'
      ? notes.find((note) => note.code)
      : steps.find(({ outcome }) => outcome === 'failed')?.fields
  if (failure?.code !== undefined) {
    return [
      ...(isErrorCode(failure.code)
        ? [`Its caller was told: ${ERRORS[failure.code].message}`]
        : []),
      ...(failure.stack ? [failure.stack] : []),
      `More of ${failure.code}: docs/errors.md`,
    ]
  }
  if (requests.some(({ gatewayResponse }) => gatewayResponse)) {
    return ['No function answered it. docs/operations.md says what API Gateway answers by itself.']
  }
  return []
}

/** The first line by the clock, the others by how long after it they came. */
function when(at: number, { steps, notes }: Timeline): string {
  const first = Math.min(...[...steps, ...notes].map((line) => line.at ?? at))
  const text =
    at === first
      ? new Date(at).toISOString().slice(11, -1)
      : `+ ${((at - first) / 1000).toFixed(3)} s`
  return text.padEnd(14)
}

function list(fields: EventFields): string {
  return Object.entries(fields)
    .filter(([name]) => !APART.includes(name))
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
    .join(' ')
}

function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1000))} s`
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
