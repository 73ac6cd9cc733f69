import { METRICS, type MetricName } from '#contract/metrics.ts'
import type { AlarmDefinition, MetricSource } from './alarm-definition.ts'

/** What the alarms look at, by the names that the deployment gave. */
export interface Watched {
  /** Names of the functions, by their folder under `lambdas/`. */
  readonly functions: Readonly<Record<string, string>>
  readonly tables: readonly string[]
  readonly api: { readonly name: string; readonly stage: string }
  readonly queues: {
    readonly webhookDeadLetters: string
    readonly refreshUndelivered: string
    readonly refreshFailed: string
  }
  /** Requests in an hour that are more than anybody expects. */
  readonly requestsAnHour: number
}

const BACKGROUND = ['refresher', 'webhooks']
const DOORS = ['fhir', 'data-model']

/** Of a log line at the level of an error. */
function errorLine(event: string): MetricSource {
  return ours('Errors', { event })
}

function safety(code: 'patient_mismatch' | 'patient_unexpected'): MetricSource {
  return ours('SafetyEvents', { code })
}

function ours(
  name: MetricName,
  dimensions: Readonly<Record<string, string>>,
  statistic: MetricSource['statistic'] = 'Sum',
): MetricSource {
  const service = { service: METRICS.service }
  return {
    namespace: METRICS.namespace,
    name,
    dimensions: { ...service, ...dimensions },
    statistic,
  }
}

/** A door that adds a second to one request in ten; of fewer than twenty, a cold start may be the tenth. */
function slowDoor(door: 'fhir' | 'data-model'): Pick<AlarmDefinition, 'of' | 'math' | 'threshold'> {
  return {
    of: [ours('AddedLatency', { door }, 'p90'), ours('AddedLatency', { door }, 'SampleCount')],
    math: 'IF(m2 >= 20, m1, 0)',
    threshold: 1_000,
  }
}

/** All alarms of a deployment, in the order of the runbook. */
export function alarmDefinitions(watched: Watched): readonly AlarmDefinition[] {
  const { functions, tables, api, queues } = watched
  const lambda = (name: 'Errors' | 'Throttles', of: (folder: string) => boolean) =>
    Object.entries(functions)
      .filter(([folder]) => of(folder))
      .map(([, FunctionName]): MetricSource => {
        return { namespace: 'AWS/Lambda', name, dimensions: { FunctionName }, statistic: 'Sum' }
      })
  const gateway = (name: 'Count' | '5XXError'): MetricSource => ({
    namespace: 'AWS/ApiGateway',
    name,
    dimensions: { ApiName: api.name, Stage: api.stage },
    statistic: 'Sum',
  })
  const waiting = (QueueName: string): MetricSource => ({
    namespace: 'AWS/SQS',
    name: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName },
    statistic: 'Maximum',
  })

  return [
    {
      name: 'LaunchesFailing',
      says: 'Launches fail for a cause that is ours or the network’s.',
      of: { counted: 'Launches', where: { outcome: 'failed' } },
      threshold: 3,
      periodMinutes: 5,
    },
    {
      name: 'LaunchesRefused',
      says: 'Many launches are refused: by an EHR, by a person, or by a check of ours.',
      of: { counted: 'Launches', where: { outcome: 'refused' } },
      threshold: 10,
      periodMinutes: 15,
    },
    {
      name: 'DispatchesFailing',
      says: 'An app cannot be reached at its SSO destination.',
      of: { counted: 'Dispatches', where: { outcome: 'failed' } },
      threshold: 3,
      periodMinutes: 5,
    },
    {
      name: 'DispatchesRefused',
      says: 'An app refuses the sign-ons that it is told of, or answers what is not allowed.',
      of: { counted: 'Dispatches', where: { outcome: 'refused' } },
      threshold: 3,
      periodMinutes: 5,
    },
    {
      name: 'ClientRefused',
      says: 'An EHR no longer accepts this client: a secret, a key or a registration has changed.',
      of: { counted: 'Refreshes', where: { outcome: 'client_refused' } },
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'TokenEndpointDown',
      says: 'A token endpoint refuses renewals for the moment.',
      of: { counted: 'Refreshes', where: { outcome: 'unavailable' } },
      threshold: 3,
      periodMinutes: 15,
    },
    {
      name: 'RefreshesUnanswered',
      says: 'Refresh tokens were presented and nothing came back.',
      of: { counted: 'Refreshes', where: { outcome: 'ambiguous' } },
      threshold: 3,
      periodMinutes: 15,
    },
    {
      name: 'GrantsRevoked',
      says: 'An EHR has ended many grants at once.',
      of: { counted: 'Refreshes', where: { outcome: 'revoked' } },
      threshold: 5,
      periodMinutes: 15,
    },
    {
      name: 'ConnectionFailing',
      says: 'All renewals of a connection fail.',
      of: [errorLine('connection_failing')],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'RefreshLate',
      says: 'The refresher does not keep up: a session is long overdue.',
      of: [ours('OldestDue', {}, 'Maximum')],
      threshold: 300,
      periodMinutes: 5,
    },
    {
      name: 'RefreshTakeOvers',
      says: 'Renewals are cut off in the middle, and others take them over.',
      of: { counted: 'RefreshTakeOvers' },
      threshold: 3,
      periodMinutes: 15,
    },
    {
      name: 'SecondPathUsed',
      says: 'Renewed tokens could not be stored in the Sessions table.',
      of: { counted: 'SecondPathUses' },
      threshold: 1,
      periodMinutes: 15,
    },
    {
      name: 'TokensLost',
      says: 'Renewed tokens could be stored nowhere: those sessions must be launched again.',
      of: [errorLine('tokens_lost')],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'TokensRefused',
      says: 'Sealed tokens were not what their row says: changed, moved, or under a key that is gone.',
      of: [ours('TokensRefused', {})],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'WrongPatient',
      says: 'An EHR’s answer was about another patient, or an app believed itself to be at another.',
      of: [safety('patient_mismatch'), safety('patient_unexpected')],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'SafetyEvents',
      says: 'Defenses refuse requests, several in a short time.',
      of: { counted: 'SafetyEvents' },
      threshold: 5,
      periodMinutes: 5,
    },
    {
      name: 'SamlWeaknesses',
      says: 'SAML messages are signed with SHA-1, or an identity provider’s metadata is past its time.',
      of: { counted: 'SamlWeaknesses' },
      threshold: 1,
      periodMinutes: 60,
    },
    {
      name: 'AuditRecordsLost',
      says: 'Requests were served of which no audit record could be kept.',
      of: [errorLine('audit_record_lost')],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'EventsNotSent',
      says: 'The event bus did not take events.',
      of: { counted: 'EventsNotSent' },
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'WebhooksFailing',
      says: 'An app’s webhook does not take what is sent.',
      of: { counted: 'WebhookDeliveries', where: { outcome: 'failed' } },
      threshold: 3,
      periodMinutes: 15,
    },
    {
      name: 'WebhookDeadLetters',
      says: 'Events for an app were given up.',
      of: [waiting(queues.webhookDeadLetters)],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'RefresherUndelivered',
      says: 'A run of the refresher could not be started.',
      of: [waiting(queues.refreshUndelivered)],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'RefresherFailed',
      says: 'A run of the refresher failed.',
      of: [waiting(queues.refreshFailed)],
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'LaunchFunctionsFailing',
      says: 'A function on the way of a launch crashed or ran out of time.',
      of: lambda('Errors', (name) => ![...BACKGROUND, ...DOORS].includes(name)),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'DoorFunctionsFailing',
      says: 'A function that serves the apps’ requests crashed or ran out of time.',
      of: lambda('Errors', (name) => DOORS.includes(name)),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'BackgroundFunctionsFailing',
      says: 'The refresher or the webhooks’ function crashed or ran out of time.',
      of: lambda('Errors', (name) => BACKGROUND.includes(name)),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'FhirDoorSlow',
      says: 'The broker itself adds a second or more to FHIR requests, beyond what the EHR takes.',
      ...slowDoor('fhir'),
      periodMinutes: 5,
    },
    {
      name: 'DataModelDoorSlow',
      says: 'The broker itself adds a second or more to Data Model messages, beyond what the EHR takes.',
      ...slowDoor('data-model'),
      periodMinutes: 15,
    },
    {
      name: 'FunctionsThrottled',
      says: 'Lambda turned requests away: the account’s concurrency is used up.',
      of: lambda('Throttles', (name) => !BACKGROUND.includes(name)),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'RefresherThrottled',
      says: 'Runs of the refresher meet each other, minute after minute.',
      of: lambda('Throttles', (name) => name === 'refresher'),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'ApiErrors',
      says: 'One request in ten is answered with a 5xx.',
      of: [gateway('5XXError'), gateway('Count')],
      math: 'IF(m2 >= 20, m1 / m2, 0)',
      threshold: 0.1,
      periodMinutes: 5,
    },
    {
      name: 'TablesThrottled',
      says: 'DynamoDB puts off reads or writes of the tables.',
      of: tables.flatMap((TableName) =>
        ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name): MetricSource => {
          const dimensions = { TableName }
          return { namespace: 'AWS/DynamoDB', name, dimensions, statistic: 'Sum' }
        }),
      ),
      threshold: 1,
      periodMinutes: 5,
    },
    {
      name: 'AwsThrottles',
      says: 'KMS, DynamoDB or another AWS service puts calls of the functions off.',
      of: { counted: 'AwsThrottles' },
      threshold: 5,
      periodMinutes: 5,
    },
    {
      name: 'ManyRequests',
      says: 'More requests in an hour than this deployment expects; each costs.',
      of: [gateway('Count')],
      threshold: watched.requestsAnHour,
      periodMinutes: 60,
    },
  ]
}
