import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser, type Visit } from '../support/browser.ts'
import { givenBroker } from './given-broker.ts'

const BUNDLE = JSON.stringify({ resourceType: 'Bundle', type: 'searchset' })

const broker = await givenBroker({
  authentication: 'client_secret_basic',
  ehr: {
    fhir: ({ url }, response) =>
      url.includes('/Observation/gone')
        ? response.destroy()
        : response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(BUNDLE),
  },
})
afterAll(() => broker.close())

/** What `--json` prints, as far as it is looked at. */
interface Told {
  readonly verdict: string
  readonly step?: string
  readonly launchId: string
  readonly steps: readonly {
    readonly step: string
    readonly outcome: string
    readonly at: string
    readonly durationMs?: number
    readonly fields?: object
  }[]
  readonly notes: readonly object[]
  readonly laterRequests: number
}

/** What `sallyport why` tells of an id once the logs have it, as they do some time later. */
async function why(id: string, ...options: string[]) {
  const told = await expect
    .poll(() => broker.operate(['why', id, ...options]))
    .toMatchObject({ exitCode: 0 })
    .then(() => broker.operate(['why', id, ...options]))
  return told.lines.join('\n')
}

const whyJson = async (id: string): Promise<Told> => JSON.parse(await why(id, '--json'))

/** Does what begins one launch, and answers that launch's id in the log. */
async function launched<Result>(
  go: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly launchId: string }> {
  const begun = () => broker.logLines().filter((line) => line.includes('"launch_begun"'))
  const before = begun().length
  const result = await go()
  await expect.poll(() => begun().length).toBe(before + 1)
  return { result, launchId: JSON.parse(begun().at(-1) ?? '{}').launchId }
}

/** The reference of an error page, or of an OperationOutcome. */
const referenceOn = ({ text }: Pick<Visit, 'text'>) => /Reference: ([\w-]+)/.exec(text)?.[1] ?? ''

const outcomes = ({ steps }: Told) =>
  Object.fromEntries(steps.map(({ step, outcome }) => [step, outcome]))

describe('sallyport why', () => {
  it('follows a good launch to its first FHIR request, with durations', async () => {
    const { result, launchId } = await launched(() => broker.signOn(plainBrowser()))
    const session = result.message.body.Meta.SessionID
    await broker.fhir('/Patient/pat-1', { session })
    await broker.fhir('/Patient/pat-1', { session })
    await expect.poll(() => whyJson(launchId)).toMatchObject({ laterRequests: 1 })

    const told = await whyJson(launchId)

    expect(told).toMatchObject({
      verdict: 'complete',
      step: 'fhir',
      launchId,
      connection: 'general-development',
      app: 'heartline',
    })
    expect(outcomes(told)).toEqual({ launch: 'done', redirect: 'done', sso: 'done', fhir: 'done' })
    for (const step of told.steps) expect(step.durationMs).toBeTypeOf('number')
    const times = told.steps.map(({ at }) => Date.parse(at))
    expect(times).toEqual([...times].sort((one, other) => one - other))
    expect(await why(launchId)).toMatch(
      /went through\.\n.*\n\n.* launch +done +\d+ ms\n *\+ .* redirect +done .*\n.* sso +done .*\n.* fhir +done .* method=GET status=200/,
    )
  })

  it('names a launch that failed before it was one by its request', async () => {
    const page = await plainBrowser().visit(broker.launchUrl({ iss: 'https://other.example' }))

    const told = await whyJson(referenceOn(page))

    expect(told).toMatchObject({
      verdict: 'request',
      notes: [{ service: 'launch', event: 'request_refused', code: 'launch_issuer_unknown' }],
      requests: [{ method: 'GET', route: '/launch/{key}', status: 403 }],
    })
    expect(await why(referenceOn(page))).toContain(
      'Its caller was told: This app is not set up for your EHR.',
    )
  })

  it('leads from an error page to its launch, which failed at the redirect', async () => {
    const browser = plainBrowser()
    const { result: back, launchId } = await launched(() => broker.toRedirect(browser))
    broker.ehr.misbehave({ tokenAnswer: { status: 401, body: { error: 'invalid_client' } } })
    const page = await browser.visit(back)
    broker.ehr.misbehave({})

    const told = await whyJson(referenceOn(page))

    expect(told).toMatchObject({ launchId, verdict: 'failed', step: 'redirect' })
    expect(outcomes(told)).toEqual({
      launch: 'done',
      redirect: 'failed',
      sso: 'not_reached',
      fhir: 'not_reached',
    })
    expect(told.steps[1]).toMatchObject({
      fields: { code: 'authorization_client_refused', oauthError: 'invalid_client' },
      durationMs: expect.any(Number),
    })
    expect(await why(told.launchId)).toMatch(
      /redirect +FAILED authorization_client_refused +\d+ ms/,
    )
  })

  it('leads from an error page to its launch, which failed at the app', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    broker.app.answer((response) => response.writeHead(500).end())
    const page = await browser.submit(form)
    broker.app.answer((response) => response.writeHead(204).end())

    const told = await whyJson(referenceOn(page))

    expect(told).toMatchObject({ verdict: 'failed', step: 'sso' })
    expect(told.steps[2]?.fields).toMatchObject({ code: 'sso_destination_refused', status: 500 })
  })

  it('leads from an OperationOutcome to its launch, whose first FHIR request failed', async () => {
    const { result, launchId } = await launched(() => broker.signOn(plainBrowser()))
    const session = result.message.body.Meta.SessionID
    const answer = await broker.fhir('/Observation/gone', { session })

    const told = await whyJson(referenceOn({ text: await answer.text() }))

    expect(told).toMatchObject({ launchId, verdict: 'failed', step: 'fhir' })
    expect(told.steps[3]?.fields).toMatchObject({ code: 'upstream_interrupted' })
  })

  it('leads from a ticket that was posted again to its launch, which went on all the same', async () => {
    const browser = plainBrowser()
    const form = await broker.toHandOver(browser)
    await broker.handOver(browser, form)
    const page = await browser.submit(form)

    const told = await whyJson(referenceOn(page))

    expect(told).toMatchObject({ verdict: 'stopped', step: 'sso' })
    expect(told.notes).toMatchObject([{ event: 'request_refused', code: 'ticket_used' }])
  })

  const UP_TO = {
    launch: () => broker.toRedirect(plainBrowser()),
    redirect: () => broker.toHandOver(plainBrowser()),
    sso: () => broker.signOn(plainBrowser()),
  } as const
  it.each([
    ['launch', /has not come back/],
    ['redirect', /its ticket did not come/],
    ['sso', /no FHIR request/],
  ] as const)('says since when nothing came after %s, and what did not', async (step, what) => {
    const { launchId } = await launched<unknown>(UP_TO[step])
    await expect.poll(() => whyJson(launchId)).toMatchObject({ verdict: 'stopped', step })

    const told = await why(launchId)

    expect(told).toContain(`stopped after ${step}: nothing more came.`)
    expect(told).toMatch(/Nothing more since \d{4}-\d\d-\d\dT[\d:.]+Z \(\d+ s ago\)\./)
    expect(told).toMatch(what)
  })

  it('says of what API Gateway answered by itself that no function saw it', async () => {
    const answer = await fetch(`${broker.base}/no/such/path`)

    const told = await why(referenceOn({ text: await answer.text() }))

    expect(told).toContain('This request is of no launch: MISSING_AUTHENTICATION_TOKEN.')
    expect(told).toContain('No function answered it.')
  })

  it('says what to check of an id that is in no line', async () => {
    const { exitCode, lines, errors } = await broker.operate(['why', 'no-such-reference'])

    expect({ exitCode, lines }).toEqual({ exitCode: 1, lines: [] })
    expect(errors.join()).toMatch(/last 24h .* of this stack and region\? .*--since 7d/)
  })
})
