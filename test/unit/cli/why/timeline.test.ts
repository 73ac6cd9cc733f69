import { describe, expect, it } from 'vitest'
import { describeTimeline } from '#cli/why/describe-timeline.ts'
import type { LoggedEvent } from '#cli/why/log-line.ts'
import { timeline } from '#cli/why/timeline.ts'
import { NOW } from '../../../fixtures.ts'

const T0 = NOW * 1000
const launchId = 'abcdefgh'

const line = (seconds: number, service: string, event: string, more = {}): LoggedEvent => ({
  at: T0 + seconds * 1000,
  service,
  event,
  launchId,
  ...more,
})
const GOOD = [
  line(0, 'launch', 'launch_begun', { connection: 'general', app: 'heartline', durationMs: 80 }),
  line(4, 'redirect', 'launch_completed', { durationMs: 500 }),
  line(5, 'sso', 'sso_dispatched', { durationMs: 100 }),
  line(9, 'fhir', 'fhir_request_served', { method: 'GET', status: 200, durationMs: 40 }),
]
const told = (...events: readonly LoggedEvent[]) => timeline({ launchId, events, requests: [] })

describe('timeline', () => {
  it.each([
    [0, 'launch'],
    [1, 'redirect'],
    [2, 'sso'],
    [3, 'fhir'],
  ] as const)('tells a failure at step %i from the lines before it', (index, step) => {
    const failure = line(20, step, 'request_failed', { code: 'internal_error' })

    const { verdict, step: at, steps } = told(...GOOD.slice(0, index), failure)

    expect({ verdict, at }).toEqual({ verdict: 'failed', at: step })
    expect(steps.map(({ outcome }) => outcome)).toEqual(
      ['done', 'done', 'done', 'done'].map((done, place) =>
        place < index ? done : place === index ? 'failed' : 'not_reached',
      ),
    )
  })

  it('takes the first failure of a step for the cause, and later ones for what came of it', () => {
    const { steps, notes } = told(
      ...GOOD.slice(0, 1),
      line(3, 'redirect', 'request_refused', { code: 'authorization_client_refused' }),
      line(6, 'redirect', 'request_refused', { code: 'state_used' }),
    )

    expect(steps[1]?.fields?.code).toBe('authorization_client_refused')
    expect(notes).toMatchObject([{ code: 'state_used' }])
  })

  it('lets a step that was refused and then done be done', () => {
    const refused = line(3, 'redirect', 'request_refused', { code: 'state_browser_mismatch' })

    const { verdict, notes } = told(refused, ...GOOD)

    expect(verdict).toBe('complete')
    expect(notes).toMatchObject([{ code: 'state_browser_mismatch' }])
  })

  it('knows a step that was logged before the time that is searched from one not reached', () => {
    const { verdict, steps } = told(...GOOD.slice(3))

    expect(verdict).toBe('complete')
    expect(steps.map(({ outcome }) => outcome)).toEqual(['unseen', 'unseen', 'unseen', 'done'])
  })

  it('has the time of a failure that its function did not measure from the access log', () => {
    const failure = line(3, 'redirect', 'request_failed', { code: 'x', referenceId: 'request-1' })
    const request = {
      at: T0 + 3_100,
      referenceId: 'request-1',
      method: 'GET',
      route: '/redirect',
      status: 502,
      durationMs: 8_004,
    }

    const { steps } = timeline({ launchId, events: [failure], requests: [request] })

    expect(steps[1]?.durationMs).toBe(8_004)
  })
})

describe('describeTimeline', () => {
  it('tells a good launch in a line a step', () => {
    expect(describeTimeline(told(...GOOD), T0 + 60_000)).toEqual([
      'Launch abcdefgh went through.',
      '  connection general, app heartline',
      '',
      '  00:00:00.000  launch    done        80 ms',
      '  + 4.000 s     redirect  done       500 ms',
      '  + 5.000 s     sso       done       100 ms',
      '  + 9.000 s     fhir      done        40 ms  method=GET status=200',
    ])
  })

  it('says since when nothing came', () => {
    const lines = describeTimeline(told(...GOOD.slice(0, 2)), T0 + 4_000 + 125 * 60_000)

    expect(lines).toContain('Nothing more since 2026-01-01T00:00:04.000Z (2 h ago).')
    expect(lines).toContain('                sso       not reached')
  })

  it('has the frames of an unforeseen error', () => {
    const failure = line(1, 'launch', 'request_failed', {
      code: 'internal_error',
      stack: '    at begin (index.mjs:1:2)',
    })

    expect(describeTimeline(told(failure), T0)).toContain('    at begin (index.mjs:1:2)')
  })
})
