import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { commandLine, setUpStack, writeOutputs } from '#cli/operate-stack.ts'
import { type LocalStackOptions, startLocalStack } from '#local/local-stack.ts'
import { formOf, type PageForm, type PlainBrowser, type Visit } from '../support/browser.ts'
import { type FakeApp, type SsoMessageSeen, startFakeApp } from '../support/fake-app.ts'
import {
  type FakeEhr,
  type FakeEhrOptions,
  type Misbehavior,
  startFakeEhr,
} from '../support/fake-ehr.ts'
import { recordUsedGrants } from '../support/record-used-grants.ts'
import { send } from '../support/send.ts'

/** The HS256 secret that the broker and the app share. */
export const SSO_SECRET = 'sso-secret-canary-0123456789abcdef'
/** The secret that signs the app's webhooks. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('webhook-secret-canary-0123456789').toString('base64')}`
/** The secret of the app's client at the fake EHR, where a test wants `client_secret_basic`. */
export const CLIENT_SECRET = 'client-secret-canary-0123456789'

const SOURCE_ID = '0a7c3a52-55a5-4d0f-9d0a-0d7ab2a1f001'
const DESTINATION_ID = '0a7c3a52-55a5-4d0f-9d0a-0d7ab2a1f002'

type AuthenticationMethod = 'none' | 'client_secret_basic' | 'private_key_jwt'

export interface GivenBrokerOptions {
  readonly ehr?: FakeEhrOptions
  readonly authentication?: AuthenticationMethod
  /** Of the connection, for an app that answers 204. */
  readonly landingUrl?: string
  /** Of the connection of `heartline`. */
  readonly standaloneLaunch?: boolean
  readonly vendorOverrides?: Readonly<Record<string, unknown>>
  /** Of both connections. */
  readonly frameAncestors?: readonly string[]
  readonly requiredScopes?: readonly string[]
  /** The client of `other` proves itself by an assertion, signed as its EHR wants it. */
  readonly otherSigns?: 'RS384' | 'ES384'
  /** Of the connection of `other`. */
  readonly withoutCookies?: 'new-window' | 'weaker-binding'
  /** Both apps are at one EHR, each by a client with a redirect URI of its own. */
  readonly sharedEhr?: boolean
  /** A second connection of `heartline`, `general-by-name`, to its EHR by the name of its host. */
  readonly ehrByName?: boolean
  /** Of the app's SSO destination. */
  readonly errorUrl?: string
  /** Whether `heartline` has a webhook; for these types, where they are given. */
  readonly webhook?: { readonly events?: readonly string[] }
  /** What its functions run as, who sees their AWS calls, what is run and where it is kept. */
  readonly runtime?: Partial<LocalStackOptions>
  /** The EHRs and apps of an earlier broker, whose state this one goes on with. */
  readonly outside?: Outside
  /** Where the operator of that broker has worked: the registry and the secrets stay as they are. */
  readonly folder?: string
}

interface LaunchParameters {
  readonly key?: string
  readonly iss?: string | undefined
  readonly launch?: string | undefined
}

interface ApiCall {
  /** Named in the query. */
  readonly session?: string
  /** Named in the header. */
  readonly sessionHeader?: string
  readonly method?: string
  readonly form?: Readonly<Record<string, string>>
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The whole header's value; by default a good token of the app. */
  readonly authorization?: string
}

export interface SignedOn {
  readonly message: SsoMessageSeen
  /** What the browser got for the ticket. */
  readonly page: Visit
}

/**
 * The synthesized stack on this machine, with one organization, two apps and a fake EHR registered,
 * and the steps that every flow is made of.
 */
export async function givenBroker(options: GivenBrokerOptions = {}) {
  const lines: string[] = []
  const [stack, outside] = await Promise.all([
    startLocalStack({
      assembly: inject('assembly'),
      port: 0,
      awsPort: 0,
      onLog: ({ text }) => lines.push(text),
      onJudged: recordUsedGrants(),
      ...options.runtime,
    }),
    options.outside ??
      givenOutside({
        ...(options.authentication === 'client_secret_basic' && { clientSecret: CLIENT_SECRET }),
        ...options.ehr,
      }),
  ])
  const { ehr, otherEhr, app, otherApp } = outside
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  if (options.folder) writeOutputs(stack, folder)
  else {
    await setUpStack(stack, folder, {
      registry: registryOf(outside, options),
      ssoSecrets: { heartline: SSO_SECRET, other: 'another-secret-0123456789abcdef01' },
      webhookSecrets: { heartline: WEBHOOK_SECRET },
      clientSecrets: { general: CLIENT_SECRET },
    })
  }

  const base = stack.outputs['ApiBase'] ?? ''
  const fhirBase = `${base}/fhir/R4/general/Development`

  async function appToken(
    whose: 'heartline' | 'other' = 'heartline',
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const client = whose === 'heartline' ? app : otherApp
    const answer = await post('/auth/token', {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await client.assertion(`${base}/auth/token`),
      ...parameters,
    })
    const { access_token } = (await answer.json()) as { access_token: string }
    return `Bearer ${access_token}`
  }

  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    fetch(`${base}${path}`, { method: 'POST', body: new URLSearchParams(fields) })

  async function api(path: string, call: ApiCall): Promise<Response> {
    const url = new URL(`${base}${path}`)
    if (call.session !== undefined) url.searchParams.append('_redox_session', call.session)
    return fetch(url, {
      method: call.method ?? 'GET',
      headers: {
        authorization: call.authorization ?? (await appToken()),
        ...(call.sessionHeader !== undefined && { 'x-sallyport-session': call.sessionHeader }),
        ...call.headers,
      },
      ...(call.form && { body: new URLSearchParams(call.form) }),
      ...(call.body !== undefined && { body: call.body }),
    })
  }

  const launchUrl = (changed: LaunchParameters = {}) => {
    const parameters = { iss: ehr.fhirBaseUrl, launch: 'launch-1', ...changed }
    const url = new URL(`${base}/launch/${changed.key ?? 'general-development'}`)
    for (const name of ['iss', 'launch'] as const) {
      const value = parameters[name]
      if (value !== undefined) url.searchParams.set(name, value)
    }
    return url.href
  }

  /** Up to the authorization server's answer: the address that it sends the browser back to. */
  async function toRedirect(
    browser: PlainBrowser,
    { key, ...misbehavior }: Misbehavior & { readonly key?: string } = {},
  ): Promise<string> {
    const { location, status, text } = await browser.visit(
      launchUrl(key === undefined ? {} : { key }),
    )
    if (!location) throw met('a launch that does not begin', status, text)
    ehr.misbehave(misbehavior)
    const back = (await browser.visit(location)).location
    ehr.misbehave({})
    if (!back) throw new Error('the EHR did not redirect')
    return back
  }

  /** What a step met in place of what it needs, with the log's last words on it. */
  const met = (what: string, status: number, text: string) =>
    new Error(`${what}: ${status} ${text}\n${lines.slice(-5).join('\n')}`)

  /** Up to the page that posts the ticket: its form. */
  const toHandOver = async (browser: PlainBrowser, launch: { readonly key?: string } = {}) =>
    formOf(await browser.visit(await toRedirect(browser, launch)))

  async function handOver(browser: PlainBrowser, form: PageForm): Promise<SignedOn> {
    const sent = app.messages.length
    const page = await browser.submit(form, { 'sec-fetch-site': 'same-origin' })
    const message = app.messages[sent]
    if (!message) throw met('no SSO message', page.status, page.text)
    return { message, page }
  }

  return {
    stack,
    ehr,
    app,
    otherApp,
    base,
    fhirBase,
    sourceId: SOURCE_ID,
    destinationId: DESTINATION_ID,
    otherEhrBase: otherEhr.fhirBaseUrl,
    launchUrl,
    toRedirect,
    toHandOver,
    handOver,
    /** A whole launch, the person's part included. */
    signOn: async (browser: PlainBrowser, launch: { readonly key?: string } = {}) =>
      handOver(browser, await toHandOver(browser, launch)),
    appToken,
    post,
    api,
    /** A request below the session's FHIR base. */
    fhir: (path: string, call: ApiCall) => api(`/fhir/R4/general/Development${path}`, call),
    /** The same with the path sent byte for byte, which `fetch` would put in order first. */
    rawFhir: async (path: string, session: string, method = 'GET') =>
      send(`${fhirBase}${path}?_redox_session=${session}`, {
        method,
        headers: { authorization: await appToken() },
      }),
    /** Where the operator works. */
    folder,
    /** The operator's command line. */
    operate: (args: readonly string[], input?: string) => commandLine(stack, folder)(args, input),
    /** Every line that a function or the access log has written. */
    logLines: (): readonly string[] => lines,
    close: async () => {
      await Promise.all([stack, ...(options.outside ? [] : [outside])].map((one) => one.close()))
      if (!options.folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface Outside {
  readonly ehr: FakeEhr
  readonly otherEhr: FakeEhr
  readonly app: FakeApp
  readonly otherApp: FakeApp
  close(): Promise<void>
}

/** Two EHRs and two apps. */
export async function givenOutside(options?: FakeEhrOptions): Promise<Outside> {
  const [ehr, otherEhr, app, otherApp] = await Promise.all([
    startFakeEhr(options),
    startFakeEhr(),
    startFakeApp(),
    startFakeApp('other-server'),
  ])
  const close = async () => {
    await Promise.all([ehr, otherEhr, app, otherApp].map((one) => one.close()))
  }
  return { ehr, otherEhr, app, otherApp, close }
}

function registryOf(
  { ehr, otherEhr, app, otherApp }: Outside,
  {
    authentication: method = 'none',
    landingUrl,
    errorUrl,
    standaloneLaunch,
    vendorOverrides,
    webhook,
    ...options
  }: GivenBrokerOptions,
) {
  const ownRedirectUri = options.sharedEhr === true
  const connection = {
    organization: 'general',
    environment: 'Development',
    source: { id: SOURCE_ID, name: 'General Hospital EHR' },
    fhirVersion: 'R4',
    scopes: ['launch', 'openid', 'fhirUser', 'patient/*.rs', 'offline_access'],
    ...(landingUrl && { landingUrl }),
    ...(options.frameAncestors && { frameAncestors: options.frameAncestors }),
    ...(options.requiredScopes && { requiredScopes: options.requiredScopes }),
  }
  const anApp = (id: string, name: string, fake: FakeApp, destination: string) => ({
    id,
    name,
    ssoDestination: {
      id: destination,
      name: `${name} sign-on`,
      url: fake.ssoUrl,
      redirectOrigins: [fake.origin],
      secretRef: id,
      ...(errorUrl && { errorUrl }),
    },
    clients: [{ clientId: fake.clientId, jwks: fake.jwks }],
  })
  return {
    organizations: [{ slug: 'general', name: 'General Hospital' }],
    apps: [
      {
        ...anApp('heartline', 'Heartline', app, DESTINATION_ID),
        ...(webhook && {
          webhook: { url: app.webhookUrl, secretRef: 'heartline', ...webhook },
        }),
      },
      anApp('other', 'Other', otherApp, '0a7c3a52-55a5-4d0f-9d0a-0d7ab2a1f003'),
    ],
    registrations: [
      {
        id: 'general-heartline',
        app: 'heartline',
        clientId: 'fake-client',
        authentication:
          method === 'client_secret_basic' ? { method, secretRef: 'general' } : { method },
        ownRedirectUri,
      },
      {
        id: 'general-other',
        app: 'other',
        clientId: 'other-client',
        authentication: { method: options.otherSigns ? 'private_key_jwt' : 'none' },
        ownRedirectUri,
      },
    ],
    connections: [
      {
        ...connection,
        id: 'general-development',
        app: 'heartline',
        registration: 'general-heartline',
        fhirBaseUrl: ehr.fhirBaseUrl,
        ...(standaloneLaunch && { standaloneLaunch }),
        ...(vendorOverrides && { vendorOverrides }),
      },
      {
        ...connection,
        id: 'general-other',
        app: 'other',
        registration: 'general-other',
        fhirBaseUrl: options.sharedEhr ? ehr.fhirBaseUrl : otherEhr.fhirBaseUrl,
        ...(options.otherSigns && { vendorOverrides: { assertionAlgorithm: options.otherSigns } }),
        ...(options.withoutCookies && { withoutCookies: options.withoutCookies }),
      },
      ...(options.ehrByName
        ? [
            {
              ...connection,
              id: 'general-by-name',
              environment: 'Staging',
              app: 'heartline',
              registration: 'general-heartline',
              fhirBaseUrl: ehr.fhirBaseUrl.replace('127.0.0.1', 'localhost'),
            },
          ]
        : []),
    ],
  }
}
