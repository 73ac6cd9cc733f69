import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import type { Measure } from '#core/metrics.ts'
import { AwsError } from '#local/aws/aws-error.ts'
import { type StackMetrics, stackMetrics } from '#local/cloudwatch/stack-metrics.ts'
import type { InvocationResult } from '#local/lambda/execution-environment.ts'
import type { LambdaError } from '#local/lambda/lambda-error.ts'
import type { LambdaFunction } from '#local/lambda/lambda-function.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { type ResolvedStack, resolveStack } from '#local/template/resolve-stack.ts'
import { brokerApp } from '../../lib/broker-app.ts'

const stack = resolvedBroker()

function resolvedBroker(): ResolvedStack {
  const outdir = mkdtempSync(join(tmpdir(), 'broker-assembly-'))
  try {
    brokerApp({ upstreams: 'public', bundling: false, outdir }).synth()
    return resolveStack(readCloudAssembly(outdir))
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

// Other tests share the worker, and would wait for ever.
afterEach(() => void vi.useRealTimers())

/** CloudWatch for the stack as it begins, at the beginning of an hour, with these dead letters. */
function setup() {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:01Z') })
  const letters = new Map<string, number>()
  const metrics = stackMetrics(stack, (queueUrl) => letters.get(queueUrl) ?? 0)
  const state = (name: string) =>
    metrics.alarms().find(({ alarm }) => alarm.startsWith(`MonitoringAlarms${name}`))?.state
  return { metrics, letters, state }
}

interface World {
  readonly metrics: StackMetrics
  readonly letters: Map<string, number>
}

/** The function counts it, by a line of its log. */
function counted(measure: Measure) {
  return ({ metrics }: World) => {
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
      metrics.logged(String(line))
      return true
    })
    powertoolsMetrics().add(measure)
    write.mockRestore()
  }
}

const connection = 'general-production'
const app = 'heartline'
const errorLine = (event: string) => counted({ name: 'Errors', event })

/** A function of the stack answers so. */
function invoked(logicalId: string, result: Awaited<ReturnType<LambdaFunction['invoke']>>) {
  return async ({ metrics }: World) => {
    const name = stack
      .all('AWS::Lambda::Function')
      .find((one) => one.logicalId.startsWith(logicalId))?.ref
    const lambda: LambdaFunction = {
      name: name ?? '',
      arn: '',
      invoke: async () => result,
      instances: () => [],
      close: async () => {},
    }
    await metrics.measured(lambda).invoke('{}')
  }
}

const crashed = {
  kind: 'error',
  error: { errorType: 'Error', errorMessage: 'no', trace: [] },
} as const
/** An answer that has ended, and why it was cut off. */
function streamed(error?: LambdaError): InvocationResult {
  const stream = Readable.from([])
  stream.resume()
  return { kind: 'stream', stream, failure: () => error }
}

const throttled = { kind: 'throttled' } as const

function deadLetter(logicalId: string) {
  return ({ letters }: World) => {
    const url = stack.all('AWS::SQS::Queue').find((one) => one.logicalId.startsWith(logicalId))?.ref
    letters.set(url ?? '', (letters.get(url ?? '') ?? 0) + 1)
  }
}

const served =
  (status: number) =>
  ({ metrics }: World) =>
    metrics.served({ apiName: stack.stackName, stage: 'live', status })

function putOff(action: string) {
  return ({ metrics }: World) => {
    const [table] = stack.all('AWS::DynamoDB::Table')
    const input = { TableName: table?.ref }
    metrics.refused(
      { caller: 'Fhir', instance: '', service: 'dynamodb', action, input },
      new AwsError('ProvisionedThroughputExceededException', 'Slow down.'),
    )
  }
}

type Happening = (world: World) => unknown

/** What raises an alarm, how often it must happen, and what happens besides that raises none. */
const RAISED_BY: Readonly<
  Record<string, { readonly by: Happening; readonly times: number; readonly not?: Happening }>
> = {
  LaunchesFailing: {
    by: counted({ name: 'Launches', connection, outcome: 'failed' }),
    times: 3,
    not: counted({ name: 'Launches', connection, outcome: 'completed' }),
  },
  LaunchesRefused: {
    by: counted({ name: 'Launches', connection, outcome: 'refused' }),
    times: 10,
    not: counted({ name: 'Launches', connection, outcome: 'completed' }),
  },
  DispatchesFailing: {
    by: counted({ name: 'Dispatches', app, outcome: 'failed' }),
    times: 3,
    not: counted({ name: 'Dispatches', app, outcome: 'delivered' }),
  },
  DispatchesRefused: {
    by: counted({ name: 'Dispatches', app, outcome: 'refused' }),
    times: 3,
    not: counted({ name: 'Dispatches', app, outcome: 'delivered' }),
  },
  ClientRefused: {
    by: counted({ name: 'Refreshes', connection, outcome: 'client_refused' }),
    times: 1,
    not: counted({ name: 'Refreshes', connection, outcome: 'granted' }),
  },
  TokenEndpointDown: {
    by: counted({ name: 'Refreshes', connection, outcome: 'unavailable' }),
    times: 3,
    not: counted({ name: 'Refreshes', connection, outcome: 'granted' }),
  },
  RefreshesUnanswered: {
    by: counted({ name: 'Refreshes', connection, outcome: 'ambiguous' }),
    times: 3,
    not: counted({ name: 'Refreshes', connection, outcome: 'granted' }),
  },
  GrantsRevoked: {
    by: counted({ name: 'Refreshes', connection, outcome: 'revoked' }),
    times: 5,
    not: counted({ name: 'Refreshes', connection, outcome: 'granted' }),
  },
  ConnectionFailing: { by: errorLine('connection_failing'), times: 1, not: errorLine('else') },
  RefreshLate: {
    by: counted({ name: 'OldestDue', seconds: 300 }),
    times: 1,
    not: counted({ name: 'OldestDue', seconds: 299 }),
  },
  RefreshTakeOvers: { by: counted({ name: 'RefreshTakeOvers', connection }), times: 3 },
  SecondPathUsed: { by: counted({ name: 'SecondPathUses', connection }), times: 1 },
  TokensLost: { by: errorLine('tokens_lost'), times: 1, not: errorLine('else') },
  TokensRefused: { by: counted({ name: 'TokensRefused' }), times: 1 },
  WrongPatient: {
    by: counted({ name: 'SafetyEvents', code: 'patient_mismatch' }),
    times: 1,
    not: counted({ name: 'SafetyEvents', code: 'link_used' }),
  },
  SafetyEvents: { by: counted({ name: 'SafetyEvents', code: 'link_used' }), times: 5 },
  SamlWeaknesses: {
    by: counted({ name: 'SamlWeaknesses', connection, reason: 'metadata_expired' }),
    times: 1,
  },
  AuditRecordsLost: { by: errorLine('audit_record_lost'), times: 1, not: errorLine('else') },
  EventsNotSent: { by: counted({ name: 'EventsNotSent', eventType: 'session.ended' }), times: 1 },
  WebhooksFailing: {
    by: counted({ name: 'WebhookDeliveries', app, outcome: 'failed' }),
    times: 3,
    not: counted({ name: 'WebhookDeliveries', app, outcome: 'delivered' }),
  },
  WebhookDeadLetters: {
    by: deadLetter('WebhookDeliveryDeadLetters'),
    times: 1,
    not: deadLetter('WebhookDeliveryQueue'),
  },
  RefresherUndelivered: { by: deadLetter('RefreshScheduleUndelivered'), times: 1 },
  RefresherFailed: { by: deadLetter('RefreshScheduleFailed'), times: 1 },
  LaunchFunctionsFailing: {
    by: invoked('Redirect', crashed),
    times: 1,
    not: invoked('Fhir', crashed),
  },
  DoorFunctionsFailing: {
    by: invoked('Fhir', streamed(crashed.error)),
    times: 1,
    not: invoked('Fhir', streamed()),
  },
  BackgroundFunctionsFailing: {
    by: invoked('Refresher', crashed),
    times: 1,
    not: invoked('Refresher', { kind: 'payload', payload: '{}' }),
  },
  FhirDoorSlow: {
    by: counted({ name: 'AddedLatency', door: 'fhir', milliseconds: 1_000 }),
    times: 20,
    not: counted({ name: 'AddedLatency', door: 'data-model', milliseconds: 5_000 }),
  },
  DataModelDoorSlow: {
    by: counted({ name: 'AddedLatency', door: 'data-model', milliseconds: 1_000 }),
    times: 20,
    not: counted({ name: 'AddedLatency', door: 'fhir', milliseconds: 5_000 }),
  },
  FunctionsThrottled: {
    by: invoked('Sso', throttled),
    times: 1,
    not: invoked('Refresher', throttled),
  },
  RefresherThrottled: {
    by: invoked('Refresher', throttled),
    times: 1,
    not: invoked('Sso', throttled),
  },
  ApiErrors: {
    by: async (world) => {
      served(502)(world)
      for (let request = 0; request < 9; request += 1) served(200)(world)
    },
    times: 2,
  },
  TablesThrottled: { by: putOff('Query'), times: 1 },
  AwsThrottles: { by: counted({ name: 'AwsThrottles', awsService: 'kms' }), times: 5 },
  ManyRequests: { by: served(200), times: 100_000 },
}

describe('the alarm', () => {
  it.each(Object.entries(RAISED_BY))(
    '%s is raised at its threshold, not before, and not by something else',
    async (name, raised) => {
      const { by, times, not } = raised
      const world = setup()
      await not?.(world)
      for (let done = 1; done < times; done += 1) await by(world)
      await vi.runAllTimersAsync()
      expect(world.state(name)).toBe('OK')

      await by(world)
      // A stream's end is known a moment later.
      await vi.waitFor(() => expect(world.state(name)).toBe('ALARM'))
    },
  )

  it.each(Object.keys(RAISED_BY))('%s is over when its time is', async (name) => {
    const world = setup()
    const { by, times } = RAISED_BY[name] ?? {}
    for (let done = 0; done < Math.min(times ?? 0, 100); done += 1) await by?.(world)
    world.letters.clear()

    vi.setSystemTime(Date.parse('2026-03-01T11:00:01Z'))
    expect(world.state(name)).toBe('OK')
  })

  it('is known here, every one of the stack’s', () => {
    const { metrics } = setup()
    const names = metrics.alarms().map(({ alarm }) => alarm.replace(/^MonitoringAlarms|.{8}$/g, ''))
    expect(names.toSorted()).toEqual(Object.keys(RAISED_BY).toSorted())
  })

  it('hears of a table’s writes that were put off as of its reads', () => {
    const world = setup()
    putOff('UpdateItem')(world)
    expect(world.state('TablesThrottled')).toBe('ALARM')
  })

  it('hears of a slow door only where one request in ten is slow', async () => {
    const world = setup()
    const served = (milliseconds: number, requests: number) => {
      const measure = { name: 'AddedLatency', door: 'fhir', milliseconds } as const
      for (let request = 0; request < requests; request += 1) counted(measure)(world)
    }
    served(12, 90)
    served(1_500, 10)
    expect(world.state('FhirDoorSlow')).toBe('OK')
    served(1_500, 1)
    expect(world.state('FhirDoorSlow')).toBe('ALARM')
  })
})
