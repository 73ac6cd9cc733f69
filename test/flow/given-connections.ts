import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { expect, inject } from 'vitest'
import { commandLine, setUpStack, writeOutputs } from '#cli/operate-stack.ts'
import { startLocalStack } from '#local/local-stack.ts'
import { formOf, type PlainBrowser, type Visit } from '../support/browser.ts'
import { startFakeApp } from '../support/fake-app.ts'
import { recordUsedGrants } from '../support/record-used-grants.ts'

/** Characters that come out otherwise when they are encoded once too often, or not at all. */
export const CLIENT_SECRET = 'p+s/w=%25&z-0123456789'
const SSO_SECRET = 'sso-secret-0123456789abcdef0123456789'

export type AuthenticationMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'

/** A server to connect to, and what an operator writes of it. */
export interface GivenServer {
  /** The organization's slug, and the connection’s id after `at-`. */
  readonly name: string
  /** Of the app's client there; absent for signing on alone. */
  readonly clientId?: string
  readonly method?: AuthenticationMethod
  /** Client id of a registration of its own at the OpenID provider that people sign on at. */
  readonly providerClient?: string
  /** Of an app of its own at the same address, whose SSO messages are proven so. */
  readonly signature?: 'RS384' | 'ES384' | 'verification-token'
  /** Of its signed links, under its own name. */
  readonly linkSecret?: string
  /** Fields of the connection: where its FHIR base is, its scopes, its vendor. */
  readonly fields: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** The command line of whoever operates the stack. */
export type Operate = ReturnType<typeof commandLine>

/** One stack and one app, connected to servers that are made when the broker's address is known. */
export async function givenConnections<Server extends GivenServer>(
  makeServers: (brokerBase: string, operate: Operate) => Promise<readonly Server[]>,
) {
  const lines: string[] = []
  const [stack, app] = await Promise.all([
    startLocalStack({
      assembly: inject('assembly'),
      port: 0,
      awsPort: 0,
      onLog: ({ text }) => lines.push(text),
      onJudged: recordUsedGrants(),
    }),
    startFakeApp(),
  ])
  const base = stack.outputs['ApiBase'] ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  writeOutputs(stack, folder)
  const servers = await makeServers(base, commandLine(stack, folder))
  await setUpStack(stack, folder, {
    registry: registryOf(servers, app),
    ssoSecrets: {
      heartline: SSO_SECRET,
      ...Object.fromEntries(servers.map(({ name }) => [name, `${SSO_SECRET}-${name}`])),
    },
    clientSecrets: { servers: CLIENT_SECRET },
    linkSecrets: Object.fromEntries(
      servers.flatMap(({ name, linkSecret }) => (linkSecret ? [[name, linkSecret]] : [])),
    ),
  })

  const met = (what: string, { status, url, text }: Visit) =>
    new Error(`${what}: ${status} ${url}\n${text.slice(0, 3_000)}\n${lines.slice(-6).join('\n')}`)

  /** From the page that has the ticket, or the authorization response, to what the app was told. */
  async function finish(browser: PlainBrowser, from: Visit) {
    let page = from
    while (page.location) page = await browser.visit(page.location)
    if (!page.text.includes('<form')) throw met('no form', page)
    // A posted answer is one page more.
    if (formOf(page).fields['code']) {
      page = await browser.submit(formOf(page), { 'sec-fetch-site': 'cross-site' })
    }
    if (!page.text.includes('name="ticket"')) throw met('no ticket', page)
    const sent = app.messages.length
    const end = await browser.submit(formOf(page), { 'sec-fetch-site': 'same-origin' })
    const message = app.messages[sent]
    if (!message) throw met('no SSO message', end)
    return message.body
  }

  let token: Promise<string> | undefined
  async function appToken(): Promise<string> {
    const answer = await fetch(`${base}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await app.assertion(`${base}/auth/token`),
      }),
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    return `Bearer ${access_token}`
  }

  /** Asks the FHIR door for a patient as the app, with no SessionID. */
  async function readWithoutSession(name: string) {
    token ??= appToken()
    const answer = await fetch(`${base}/fhir/R4/${name}/Development/Patient/pat-1`, {
      headers: { authorization: await token },
    })
    return { status: answer.status, body: await answer.json() }
  }

  /** Rows of the Sessions table that are a connection's: sessions, and tokens of its own. */
  async function keptRows(name: string): Promise<readonly unknown[]> {
    const { endpoint, region } = stack.aws
    const client = new DynamoDBClient({ endpoint, region, credentials: stack.operator })
    const pages = paginateScan(
      { client: DynamoDBDocumentClient.from(client) },
      { TableName: stack.outputs['SessionsTableName'], ConsistentRead: true },
    )
    const rows: Record<string, unknown>[] = []
    for await (const { Items = [] } of pages) rows.push(...Items)
    client.destroy()
    return rows.filter(({ connection }) => connection === `at-${name}`)
  }

  return {
    base,
    app,
    stack,
    readWithoutSession,
    keptRows,
    appToken,
    finish,
    met,
    logLines: (): readonly string[] => lines,
    events: () => stack.events,
    server: (name: string): Server => {
      const server = servers.find((one) => one.name === name)
      if (!server) throw new Error(`no server ${name}`)
      return server
    },
    launchUrl: (name: string) => `${base}/launch/at-${name}`,
    read: async (name: string, path: string, session: string) => {
      token ??= appToken()
      return fetch(`${base}/fhir/R4/${name}/Development/${path}?_redox_session=${session}`, {
        headers: { authorization: await token },
      })
    },
    close: async () => {
      await Promise.all([stack, app, ...servers].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Given = Awaited<ReturnType<typeof givenConnections>>

/** For signing on alone: a FHIR request is told what it lacks, and nothing is kept that would serve it. */
export async function expectNoAccess(
  given: Pick<Given, 'readWithoutSession' | 'keptRows'>,
  name: string,
  { Meta }: { readonly Meta: object },
): Promise<void> {
  expect(Object.keys(Meta).filter((member) => member.startsWith('Session'))).toEqual([])
  expect(await given.readWithoutSession(name)).toMatchObject({
    status: 400,
    body: {
      resourceType: 'OperationOutcome',
      issue: [expect.objectContaining({ code: 'required' })],
    },
  })
  expect(await given.keptRows(name)).toEqual([])
}

function registryOf(
  servers: readonly GivenServer[],
  app: Awaited<ReturnType<typeof startFakeApp>>,
) {
  const uuid = (index: number) => `0a7c3a52-55a5-4d0f-9d0a-${`${index}`.padStart(12, '0')}`
  return {
    organizations: servers.map(({ name }) => ({ slug: name, name: `Hospital on ${name}` })),
    apps: [
      {
        id: 'heartline',
        name: 'Heartline',
        ssoDestination: {
          id: uuid(9_999),
          name: 'Heartline sign-on',
          url: app.ssoUrl,
          redirectOrigins: [app.origin],
          secretRef: 'heartline',
        },
        clients: [{ clientId: app.clientId, jwks: app.jwks }],
      },
      ...servers.flatMap(({ name, signature }, index) =>
        signature === undefined
          ? []
          : [
              {
                id: name,
                name: `App of ${name}`,
                ssoDestination: {
                  id: uuid(8_000 + index),
                  name: `${name} sign-on`,
                  url: app.ssoUrl,
                  redirectOrigins: [app.origin],
                  signature,
                  ...(signature === 'verification-token' && { secretRef: name }),
                },
              },
            ],
      ),
    ],
    registrations: servers.flatMap(({ name, clientId, method = 'none', providerClient }) => [
      ...(providerClient === undefined
        ? []
        : [
            {
              id: `heartline-at-${name}-idp`,
              app: 'heartline',
              clientId: providerClient,
              authentication: { method: 'client_secret_basic', secretRef: 'servers' },
            },
          ]),
      ...(clientId === undefined
        ? []
        : [
            {
              id: `heartline-at-${name}`,
              app: 'heartline',
              clientId,
              authentication: method.startsWith('client_secret')
                ? { method, secretRef: 'servers' }
                : { method },
            },
          ]),
    ]),
    connections: servers.map(({ name, clientId, signature, fields }, index) => ({
      id: `at-${name}`,
      organization: name,
      environment: 'Development',
      app: signature === undefined ? 'heartline' : name,
      source: { id: uuid(index), name: `EHR on ${name}` },
      ...(clientId !== undefined && {
        registration: `heartline-at-${name}`,
        fhirVersion: 'R4',
      }),
      ...fields,
    })),
  }
}
