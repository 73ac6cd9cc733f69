import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { AwsError } from '#local/aws/aws-error.ts'
import { givenBroker } from '../flow/given-broker.ts'
import { plainBrowser } from '../support/browser.ts'
import type { Misbehavior } from '../support/fake-ehr.ts'

const WAIT = { timeout: 30_000, interval: 100 }

const TOKEN_SECONDS = 600

/** More than a door may add to a request. */
const SLOW_MS = 1_050

/** What happens to a call of AWS, for as long as it is there. */
let fault: ((action: string, input: string) => Error | undefined | Promise<undefined>) | undefined

/** How long the EHR takes for a FHIR request. */
let ehrMs = 0

const broker = await givenBroker({
  authentication: 'client_secret_basic',
  ehr: {
    accessTokenSeconds: TOKEN_SECONDS,
    async fhir({ url }, response) {
      await setTimeout(ehrMs)
      const patient = { resourceType: 'Patient', id: 'pat-1' }
      const isOne = url.startsWith('/fhir/Patient/pat-1')
      response
        .writeHead(200, { 'content-type': 'application/fhir+json' })
        .end(JSON.stringify(isOne ? patient : { resourceType: 'Bundle', type: 'searchset' }))
    },
  },
  webhook: { events: ['session.created'] },
  runtime: {
    runAs: (logicalId) => (/^(Fhir|Sso|Webhooks)/.test(logicalId) ? 'process' : 'thread'),
    async onAwsCall({ action, input }, moment) {
      const error = moment === 'before' ? await fault?.(action, JSON.stringify(input)) : undefined
      if (error) throw error
    },
  },
})
afterAll(() => broker.close())

const nameOf = (logicalId: string) => logicalId.replace(/^MonitoringAlarms|[0-9A-F]{8}$/g, '')

/** Names of the alarms that are on. */
const fired = () =>
  broker.stack
    .alarms()
    .filter(({ state }) => state === 'ALARM')
    .map(({ alarm }) => nameOf(alarm))

/** To the beginning of an hour, which all periods begin with: what was before is over for all alarms. */
const nextHour = () => broker.stack.time.advance(until(3_600))

/** Seconds to the beginning of a period of this length, at least so many from now. */
function until(period: number, least = 0) {
  const now = Date.now() / 1_000
  return Math.ceil((now + least) / period) * period + 1 - now
}

async function times(count: number, work: () => Promise<unknown>) {
  for (let done = 0; done < count; done += 1) await work()
}

/** A launch that meets this at the EHR's token endpoint, or in its authorization response. */
async function launch(how: Misbehavior) {
  const browser = plainBrowser()
  const back = await broker.toRedirect(browser, how)
  broker.ehr.misbehave(how)
  const visit = await browser.visit(back)
  broker.ehr.misbehave({})
  return visit
}

async function signOn() {
  const { message } = await broker.signOn(plainBrowser())
  return message.body.Meta.SessionID
}

const read = async (session: string, headers = {}) => {
  const answer = await broker.fhir('/Patient/pat-1', { session, headers })
  await answer.text()
  return answer.status
}

/** Each in its turn, which is late: the access tokens are over. */
async function renewals(count: number, how: Misbehavior) {
  const sessions: string[] = []
  await times(count, async () => sessions.push(await signOn()))
  broker.stack.time.advance(until(900, TOKEN_SECONDS))
  // What it knows of the token endpoint's health is of the fault before.
  await kill('Fhir')
  broker.ehr.misbehave(how)
  for (const session of sessions) await read(session)
  broker.ehr.misbehave({})
  return sessions
}

const kill = async (name: string) => {
  const [instance] = broker.stack.instances().filter(({ function: id }) => id.startsWith(name))
  await instance?.kill()
}

/** Twenty requests, of which the last three meet what is slow: one in ten and more. */
async function twenty(request: () => Promise<unknown>, slow: () => void) {
  await times(17, request)
  slow()
  await times(3, request)
}

/** DynamoDB takes its time for the session's row. */
function slowDatabase() {
  fault = async (action) => {
    if (action === 'GetItem') await setTimeout(SLOW_MS)
    return undefined
  }
}

/** A message of the Data Model API that asks the EHR for one patient. */
async function searchPatient(session: string) {
  const answer = await broker.api('/endpoint', {
    session,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      Meta: { DataModel: 'PatientSearch', EventType: 'Query' },
      Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
    }),
  })
  expect(answer.status, await answer.text()).toBe(200)
}

const FAULTS: readonly [string, () => Promise<unknown>][] = [
  ['LaunchesFailing', () => times(3, () => launch({ tokenAnswer: 'hang-up' }))],
  [
    'LaunchesRefused',
    () =>
      times(10, () =>
        launch({ authorizationResponse: { code: undefined, error: 'access_denied' } }),
      ),
  ],
  [
    'DispatchesFailing',
    async () => {
      broker.app.answer((response) => response.destroy())
      await times(3, () => signOn())
    },
  ],
  [
    'DispatchesRefused',
    async () => {
      broker.app.answer((response) => response.writeHead(401).end())
      await times(3, () => signOn())
    },
  ],
  [
    'ClientRefused',
    () => renewals(1, { tokenAnswer: { status: 401, body: { error: 'invalid_client' } } }),
  ],
  [
    'TokenEndpointDown',
    () => renewals(3, { tokenAnswer: { status: 503, body: { error: 'temporarily_unavailable' } } }),
  ],
  ['RefreshesUnanswered', () => renewals(3, { tokenAnswer: 'hang-up' })],
  [
    'RefreshTakeOvers',
    async () => {
      const sessions = await renewals(3, { tokenAnswer: 'hang-up' })
      broker.stack.time.advance(60)
      for (const session of sessions) await read(session)
    },
  ],
  [
    'GrantsRevoked',
    () => renewals(5, { tokenAnswer: { status: 400, body: { error: 'invalid_grant' } } }),
  ],
  [
    'RefreshLate',
    async () => {
      await signOn()
      broker.stack.time.advance(until(900, TOKEN_SECONDS + 300))
      await broker.stack.tick()
    },
  ],
  [
    'SecondPathUsed',
    async () => {
      fault = (action, input) =>
        action === 'UpdateItem' && input.includes('sealedTokens') ? new Error('lost') : undefined
      await renewals(1, {})
    },
  ],
  [
    'WrongPatient',
    async () => read(await signOn(), { 'x-sallyport-expect-patient': 'pat-another' }),
  ],
  [
    'SafetyEvents',
    async () => {
      const session = await signOn()
      await times(5, () => read(session, { 'x-sallyport-expect-patient': 'pat-another' }))
    },
  ],
  [
    'AuditRecordsLost',
    async () => {
      fault = (action) => (action === 'PutLogEvents' ? new Error('lost') : undefined)
      await read(await signOn())
    },
  ],
  [
    'EventsNotSent',
    async () => {
      fault = (action) => (action === 'PutEvents' ? new Error('lost') : undefined)
      await signOn()
    },
  ],
  [
    'WebhooksFailing',
    async () => {
      broker.app.answerWebhooks((response) => response.writeHead(500).end())
      await times(3, () => signOn())
    },
  ],
  [
    'LaunchFunctionsFailing',
    async () => {
      broker.app.answer(() => void kill('Sso'))
      await signOn()
    },
  ],
  [
    'FhirDoorSlow',
    async () => {
      const session = await signOn()
      await twenty(() => read(session), slowDatabase)
    },
  ],
  [
    'DataModelDoorSlow',
    async () => {
      const session = await signOn()
      await twenty(() => searchPatient(session), slowDatabase)
    },
  ],
  [
    'TablesThrottled',
    async () => {
      fault = (action) =>
        action === 'GetItem'
          ? new AwsError('ProvisionedThroughputExceededException', 'Slow down.')
          : undefined
      await broker.toRedirect(plainBrowser())
    },
  ],
  [
    'AwsThrottles',
    async () => {
      fault = (action) =>
        action === 'PutEvents' ? new AwsError('ThrottlingException', 'Slow down.') : undefined
      await times(2, () => signOn())
    },
  ],
]

describe('an alarm', () => {
  it.each(FAULTS)('%s fires at the fault that it is for', async (name, happen) => {
    nextHour()
    expect(fired()).not.toContain(name)

    await happen().catch(() => undefined)
    broker.app.answer((response) =>
      response.writeHead(302, { location: `${broker.app.origin}/welcome` }).end(),
    )
    fault = undefined

    await vi.waitFor(() => expect(fired()).toContain(name), WAIT)
  })

  it('of a slow door does not fire where the EHR is slow', async () => {
    nextHour()
    const session = await signOn()
    await twenty(
      () => read(session),
      () => {
        ehrMs = SLOW_MS
      },
    )
    ehrMs = 0

    const value = () =>
      broker.stack.alarms().find(({ alarm }) => nameOf(alarm) === 'FhirDoorSlow')?.value
    await vi.waitFor(() => expect(value()).toBeGreaterThan(0), WAIT)
    expect(fired()).not.toContain('FhirDoorSlow')
  })
})
