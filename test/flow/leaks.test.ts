import { randomBytes } from 'node:crypto'
import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { plainBrowser, type Visit } from '../support/browser.ts'
import { CLIENT_SECRET, givenBroker, SSO_SECRET, WEBHOOK_SECRET } from './given-broker.ts'

/** Values that must turn up nowhere but on the wire between those whom they belong to. */
const canaries = new Map<string, string>([
  ['client secret', CLIENT_SECRET],
  ['SSO secret', SSO_SECRET],
  ['webhook secret', WEBHOOK_SECRET.replace('whsec_', '')],
  ['family name', 'Okonkwo'],
  ['given name', 'Adaeze'],
  ['clinician', 'Lindqvist'],
  ['record number', 'MRN-0042'],
  ['query string', 'query-canary'],
  ['upstream body', 'upstream-body-canary'],
  ['error description', 'description-canary'],
])
const plant = (name: string) => () => {
  const value = randomBytes(24).toString('base64url')
  canaries.set(`${name} ${canaries.size}`, value)
  return value
}

const broker = await givenBroker({
  authentication: 'client_secret_basic',
  webhook: {},
  ehr: {
    accessToken: plant('access token'),
    refreshToken: plant('refresh token'),
    accessTokenSeconds: 600,
    revokes: true,
  },
})
afterAll(() => broker.close())

/** What browsers and the app got from the broker: bodies and headers. */
const answered: string[] = []
const seen = (page: Visit) => {
  answered.push(`${[...page.headers].join('\n')}\n${page.text}`)
  return page
}

/** A launch with everything that it carries planted, good to the end and wrong at every step. */
async function walk() {
  const browser = plainBrowser()
  const launched = seen(await browser.visit(broker.launchUrl({ launch: plant('launch')() })))
  const authorize = new URL(launched.location ?? '')
  canaries.set('nonce', authorize.searchParams.get('nonce') ?? '')
  const back = new URL((await browser.visit(authorize.href)).location ?? '')
  const state = back.searchParams.get('state') ?? ''
  canaries.set('code', back.searchParams.get('code') ?? '')

  const page = await browser.visit(back.href)
  const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  for (const [name, value] of browser.cookies('localhost')) canaries.set(`cookie ${name}`, value)
  canaries.set('verifier', broker.ehr.tokenRequests.at(-1)?.body.get('code_verifier') ?? '')
  const form = { action: `${broker.base}/sso`, fields: { ticket } }
  const { message } = await broker.handOver(browser, form)
  const session = message.body.Meta.SessionID
  seen(await browser.submit(form))
  seen(await browser.visit(back.href))

  const authorization = await broker.appToken()
  canaries.set('app token', authorization.replace('Bearer ', ''))
  await broker.fhir('/Patient?family=query-canary', { session, authorization })
  await broker.signOn(plainBrowser())
  broker.stack.time.advance(700)
  await broker.fhir('/Observation?code=query-canary', { session })
  // Renews the other session's tokens, and has nothing to do about this one's.
  await broker.stack.tick()
  for (const call of [
    broker.fhir('/Patient/x?family=query-canary', { session, authorization: 'Bearer x' }),
    broker.fhir('/Patient/x', { session: `${session}x` }),
    broker.api('/fhir/R4/another/Development/Patient?family=query-canary', { session }),
    broker.post('/auth/token', { client_assertion: 'x', query: 'query-canary' }),
  ]) {
    const answer = await call
    answered.push(`${[...answer.headers].join('\n')}\n${await answer.text()}`)
  }

  const bound = await broker.appToken('heartline', { session })
  canaries.set('bound token', bound.replace('Bearer ', ''))
  const write = {
    method: 'PUT',
    body: JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Okonkwo' }] }),
    headers: { 'content-type': 'application/fhir+json' },
  }
  await broker.fhir('/Patient/pat-1?identifier=query-canary', { ...write, sessionHeader: session })
  for (const call of [
    broker.fhir('/Patient/pat-1', { ...write, authorization: bound, sessionHeader: 'another' }),
    broker.fhir('/Patient/pat-1', {
      ...write,
      sessionHeader: session,
      headers: { 'content-type': 'application/fhir+xml' },
    }),
    broker.api('/session', { authorization: bound }),
    broker.api('/session', { authorization: bound, method: 'DELETE' }),
    broker.api('/session', { authorization: bound }),
  ]) {
    const answer = await call
    answered.push(`${[...answer.headers].join('\n')}\n${await answer.text()}`)
  }
  // Revoking is refused for now, so that the session stays where the commands find it.
  broker.ehr.misbehave({ revocationStatus: 503 })
  await broker.stack.tick()
  broker.ehr.misbehave({})

  seen(await plainBrowser().visit(broker.launchUrl({ iss: 'https://query-canary.example' })))
  seen(
    await plainBrowser().visit(
      `${broker.base}/redirect?error=access_denied&error_description=description-canary&state=${state}`,
    ),
  )
  const astray = plainBrowser()
  const elsewhere = new URL(await broker.toRedirect(astray))
  elsewhere.pathname += '/general-other'
  seen(await astray.visit(elsewhere.href))
  const refused = plainBrowser()
  const second = await broker.toRedirect(refused)
  broker.ehr.misbehave({
    tokenAnswer: {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'upstream-body-canary' },
    },
  })
  seen(await refused.visit(second))
  broker.ehr.misbehave({})
  for (const error of ['invalid_grant', 'invalid_client']) {
    const { message: other } = await broker.signOn(plainBrowser())
    canaries.set(`SessionID after ${error}`, other.body.Meta.SessionID)
    broker.stack.time.advance(601)
    broker.ehr.misbehave({
      tokenAnswer: { status: 400, body: { error, error_description: 'upstream-body-canary' } },
    })
    const answer = await broker.fhir('/Patient?name=query-canary', {
      session: other.body.Meta.SessionID,
    })
    answered.push(`${[...answer.headers].join('\n')}\n${await answer.text()}`)
    broker.ehr.misbehave({})
  }
  const third = plainBrowser()
  const thirdForm = await broker.toHandOver(third)
  broker.app.answer((response) => response.writeHead(500).end('upstream-body-canary'))
  seen(await third.submit(thirdForm))

  return { state, ticket, session }
}

const { state, ticket, session } = await walk()

async function tableContents(): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: broker.stack.aws.endpoint,
    region: broker.stack.aws.region,
    credentials: broker.stack.operator,
  })
  const rows: string[] = []
  const { TableNames = [] } = await client.send(new ListTablesCommand())
  for (const TableName of TableNames) {
    for await (const { Items } of paginateScan({ client }, { TableName })) {
      // Bytes as the text that they may hold, so that a canary in a binary attribute is seen too.
      rows.push(
        JSON.stringify(Items, (_key, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
        ),
      )
    }
  }
  client.destroy()
  return rows.join('\n')
}

/** What the operator's commands say, of everything that there is to ask about. */
async function commandOutput(): Promise<readonly string[]> {
  const ids = new Set(
    broker.logLines().flatMap((line) => {
      const { referenceId, launchId, requestId } = JSON.parse(line)
      return [referenceId, launchId, requestId].filter((id) => id !== undefined)
    }),
  )
  const hostile = [state, ticket, session, 'query-canary-of-no-line', `" || $.service = "*`]
  const { lines: listed } = await broker.operate(['sessions', 'list', '--json'])
  const keys: readonly string[] = JSON.parse(listed.join('\n')).map(
    ({ key }: { key: string }) => key,
  )
  // What an EHR says of its errors is not said again.
  broker.ehr.misbehave({
    tokenAnswer: {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'description-canary' },
    },
  })
  const commands: readonly (readonly string[])[] = [
    ...[...ids, ...hostile].flatMap((id) => [
      ['why', id],
      ['why', id, '--json'],
    ]),
    ['registry', 'show'],
    ['registry', 'diff', 'registry.json'],
    ['registry', 'apply', 'registry.json'],
    ['registry', 'check', 'registry.json'],
    ['registry', 'schema'],
    ['doctor', 'general-development'],
    ['doctor', 'general-development', '--json'],
    ['doctor', 'general-development', '--file', 'registry.json'],
    ['doctor', session],
    ['connect', broker.ehr.fhirBaseUrl, '--app', 'heartline', '--file', 'connected.json'],
    ['connect', `https://${session}.example/fhir`, '--app', 'heartline', '--file', 'other.json'],
    ['vendors'],
    ['vendors', 'epic', '--json'],
    ['saml', 'import', session],
    [session],
    ['sessions', 'list'],
    ['sessions', 'list', '--json'],
    ['sessions', 'list', '--connection', 'general-development', '--state', 'ending'],
    ['sessions', 'list', '--state', session],
    ...keys.flatMap((key) => [
      ['sessions', 'show', key],
      ['sessions', 'show', key.slice(0, 12), '--json'],
    ]),
    ['sessions', 'show', session],
    ['sessions', 'end', session],
    ['sessions', 'end-all', 'general-development'],
    ['sessions', 'end-all', '--every-connection'],
    ['sessions', 'end-restored', session],
    ['secret', 'retire', 'client', 'general'],
    ['vault', 'reseal'],
    ['help'],
  ]
  const said: string[] = []
  for (const command of commands) {
    const { lines, errors } = await broker.operate(command)
    // What was typed may be said again, to whoever typed it.
    said.push(
      command
        .slice(command.length > 1 ? 1 : 0)
        .reduce((text, word) => text.replaceAll(word, ''), [...lines, ...errors].join('\n')),
    )
  }
  for (const verb of ['show', 'end']) {
    const { lines, errors } = await broker.operate(['sessions', verb, '-', '--json'], session)
    said.push([...lines, ...errors].join('\n'))
  }
  for (const kind of ['client', 'sso', 'webhook', 'link']) {
    for (const secret of [CLIENT_SECRET, 'query-canary', `${SSO_SECRET}\n${CLIENT_SECRET}`]) {
      const { lines, errors } = await broker.operate(['secret', 'set', kind, 'spare'], secret)
      said.push([...lines, ...errors].join('\n'))
    }
  }
  return said
}

/** What happened on the walk. */
const TOLD = [
  'session.created',
  'session.ended',
  'session.reauthorization-required',
  'connection.failing',
]

function found(text: string): string[] {
  return [...canaries].filter(([, value]) => value && text.includes(value)).map(([name]) => name)
}

describe('nothing leaks', () => {
  it('planted what it looks for', () => {
    expect([...canaries.values()].every((value) => value.length >= 6)).toBe(true)
    expect(canaries.size).toBeGreaterThan(16)
    expect(state && ticket && session).toBeTruthy()
  })

  it('into a log line of a function or of the API', () => {
    const lines = broker.logLines()

    expect(lines.join('\n')).toContain('launch_completed')
    expect(lines.join('\n')).toContain('session_tokens_not_revoked')
    for (const line of lines) {
      expect(found(line), line).toEqual([])
      expect(line).not.toContain(state)
      expect(line).not.toContain(ticket)
      expect(line).not.toContain(session)
      expect(line).not.toMatch(/[?&](state|code|iss|launch|_redox_session)=/)
    }
  })

  it('into what a browser or the app is answered (SM-54)', () => {
    const allowed = /^(nonce|launch \d+|cookie .*)$/
    for (const answer of answered) {
      expect(
        found(answer).filter((name) => !allowed.test(name)),
        answer,
      ).toEqual([])
      expect(answer).not.toContain(ticket)
      expect(answer).not.toContain(session)
      expect(answer).not.toMatch(/node_modules|\.[jt]s:\d+:\d+/)
    }
  })

  it('into an event', () => {
    const events = JSON.stringify(broker.stack.events)

    for (const type of TOLD) expect(events).toContain(type)
    expect(found(events)).toEqual([])
    expect(events).not.toContain('pat-1')
    for (const bearer of [state, ticket, session]) expect(events).not.toContain(bearer)
  })

  it('into what the operator’s commands say', async () => {
    const said = await commandOutput()

    expect(said.join('\n')).toMatch(/went through[\s\S]*"verdict": "failed"/)
    for (const text of said) {
      expect(found(text), text).toEqual([])
      for (const bearer of [state, ticket, session, 'pat-1']) expect(text).not.toContain(bearer)
    }
    expect(said.join('\n')).toMatch(/Ended: [\w-]{12} {2}ending/)
  })

  it('into what audit says, but for whose data was asked for', async () => {
    for (const more of [[], ['--json']]) {
      const { lines } = await broker.operate(['audit', 'session', '-', ...more], session)
      const said = lines.join('\n')

      expect(said).toContain('Patient/pat-1')
      expect(found(said), said).toEqual([])
      for (const bearer of [state, ticket, session]) expect(said).not.toContain(bearer)
    }
  })

  it('into a webhook, or a message of its queue', async () => {
    const delivered = () => broker.app.webhooks.map(({ body }) => JSON.parse(body).type)
    await vi.waitFor(() => expect(delivered()).toEqual(expect.arrayContaining([...TOLD])), {
      timeout: 60_000,
    })

    const webhooks = JSON.stringify(broker.app.webhooks)
    expect(found(webhooks)).toEqual([])
    expect(webhooks).not.toContain('pat-1')
    for (const bearer of [state, ticket, session]) expect(webhooks).not.toContain(bearer)
  })

  it('into a table in clear (SM-54)', async () => {
    const contents = await tableContents()

    expect(contents).toContain('general-development')
    expect(found(contents)).toEqual([])
    for (const bearer of [state, ticket, session]) expect(contents).not.toContain(bearer)
  })
})
