import type { JWK } from 'jose'
import { type BrokerClient, brokerClient, ClientError } from '#client/index.ts'
import { html } from '#sandbox/web/html.ts'
import { json, seeOther } from '#sandbox/web/respond.ts'
import { startServer, type WebHandler, webListener } from '#sandbox/web/server.ts'
import { makeAppKey } from './app-key.ts'
import { appPage, sentencePage } from './app-page.ts'
import { type AppNames, howToLaunchPage, visitPage } from './pages.ts'
import { readObservations, sentenceFor } from './read-observations.ts'
import { readSummary } from './read-summary.ts'
import { type SignOnTrust, takeSignOn } from './sign-on.ts'
import { summaryCard, summaryLink } from './summary-card.ts'
import { rememberVisits, type Visit, type VisitStore, type Visits } from './visits.ts'

export interface DemoAppOptions extends SignOnTrust, AppNames {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The name of this machine that browsers know it by; 127.0.0.1, the EHR's site, by default. */
  readonly host?: string
  /** Our client id at the broker's `/auth/token`. */
  readonly clientId: string
  /** Keeps who is signed on; until the app is closed, without one. */
  readonly visits?: VisitStore
}

/** The demo app, when it is up. */
export interface DemoApp {
  readonly origin: string
  /** What `/.well-known/jwks.json` publishes. */
  readonly jwks: { readonly keys: readonly JWK[] }
  close(): Promise<void>
}

/**
 * Starts an app as its own team would write it: it knows the broker's public contract and nothing
 * else. It takes SSO messages, sends the browser on with a one-time token, keeps the SessionID on
 * its server, and reads through the broker: FHIR, and the Clinical Summary of the Data Model API.
 */
export async function startDemoApp({
  port = 0,
  host,
  ...options
}: DemoAppOptions): Promise<DemoApp> {
  const { privateJwk, jwks } = await makeAppKey()
  const broker = brokerClient({
    base: options.brokerBase,
    clientId: options.clientId,
    key: privateJwk,
  })
  const server = await startServer(
    port,
    (origin) => webListener(origin, routes(origin, { ...options, broker, jwks })),
    host,
  )
  return { origin: server.origin, jwks, close: server.close }
}

interface RoutesDeps
  extends SignOnTrust,
    Pick<DemoAppOptions, 'name' | 'pickerUrl' | 'visits'>,
    Pick<DemoApp, 'jwks'> {
  readonly broker: BrokerClient
}

function routes(
  origin: string,
  { name, pickerUrl, broker, jwks, visits: store, ...trust }: RoutesDeps,
): WebHandler {
  const names = { name, pickerUrl }
  const visits = rememberVisits(store ?? new Map<string, Visit>())

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const [, visitKey, below] = /^\/s\/(\w+)(\/sign-off|\/summary)?$/.exec(pathname) ?? []

    if (pathname === '/sso' && request.method === 'POST') {
      const signOn = await takeSignOn(request, trust)
      if ('problem' in signOn) return json({ error: signOn.problem }, signOn.status)
      const location = `${origin}/start?token=${visits.expect(signOn)}`
      return new Response(undefined, { status: 302, headers: { location } })
    }
    if (visitKey && below === '/sign-off' && request.method === 'POST') {
      const visit = visits.find(visitKey, cookieOf(request, `visit_${visitKey}`))
      // The cookie goes with every site's forms, so that it does in an EHR's frame.
      const isForeign = request.headers.get('sec-fetch-site') === 'cross-site'
      if (!visit || isForeign) return startAgain(names, 'You are not signed on here.')
      return signOff(names, visit, { broker, visits })
    }
    if (request.method !== 'GET' || below === '/sign-off')
      return json({ error: 'Not served here' }, 405)

    if (pathname === '/start') {
      const visit = visits.open(searchParams.get('token') ?? '')
      if (!visit) return startAgain(names, 'This link was already used, or is too old.')
      const path = `/s/${visit.key}`
      // In a frame of the EHR's the app is a third party, and its cookie partitioned.
      const attributes = `Path=${path}; HttpOnly; Secure; SameSite=None; Partitioned`
      const cookie = `visit_${visit.key}=${visit.secret}; ${attributes}`
      return seeOther(path, { 'set-cookie': cookie })
    }
    if (visitKey && isFrameWithoutCookies(request)) {
      const token = visits.expectAgain(visitKey)
      if (token !== undefined) return inNewWindow(names, `${origin}/start?token=${token}`)
      return startAgain(names, 'This browser keeps no cookies inside another page.')
    }
    if (visitKey) {
      const visit = visits.find(visitKey, cookieOf(request, `visit_${visitKey}`))
      if (!visit) return startAgain(names, 'You are not signed on here.')
      const [reading, beside] = await Promise.all([
        readObservations(visit.signOn, broker),
        below ? readSummary(visit.signOn, broker) : undefined,
      ])
      if (!('isOver' in reading)) {
        const card = beside ? summaryCard(visitKey, beside) : summaryLink(visitKey)
        return visitPage(names, visit, reading, card)
      }
      // The broker has it no more, so neither have we.
      visits.end(visit.key)
      return sessionOver(names, reading.problem)
    }
    if (pathname === '/sso-error') {
      return startAgain(names, 'You could not be signed on.', 200)
    }
    if (pathname === '/.well-known/jwks.json') return json(jwks)
    if (pathname === '/favicon.ico') return new Response(undefined, { status: 204 })
    if (pathname === '/') return howToLaunchPage(names)
    return startAgain(names, 'There is no page at this address.', 404)
  }
}

/** Ends the session for everybody, then forgets the visit; one that could not be ended stays. */
async function signOff(
  { name, pickerUrl: chooseUrl }: AppNames,
  { key, signOn }: Visit,
  { broker, visits }: { readonly broker: BrokerClient; readonly visits: Visits },
): Promise<Response> {
  const { sessionId, sessionBaseUrl } = signOn
  try {
    await broker.session({ SessionID: sessionId, SessionBaseURL: sessionBaseUrl }).end()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    const title = 'You are still signed on'
    return sentencePage({ appName: name, title, sentence: sentenceFor(error), status: 502 })
  }
  visits.end(key)
  return sentencePage({
    appName: name,
    chooseUrl,
    title: 'You are signed off',
    sentence: `${signOn.user.name} is signed off, and ${name} can read nothing any more. To go on, launch ${name} again from the patient’s chart.`,
  })
}

function sessionOver({ name, pickerUrl }: AppNames, sentence: string): Response {
  return sentencePage({
    appName: name,
    chooseUrl: pickerUrl,
    title: 'Your session is over',
    sentence,
    status: 403,
  })
}

/** The way on for whoever has just signed on in a frame where no cookie is kept. */
function inNewWindow({ name }: AppNames, url: string): Response {
  const title = `${name} opens in a window of its own`
  return appPage({
    appName: name,
    title,
    isNarrow: true,
    body: html`<section class="card"><h1>${title}</h1><p class="lead">This browser keeps no cookies inside another page, so ${name} cannot know you here.</p>
<p><a class="button" href="${url}" target="_blank" rel="noopener noreferrer">Open ${name} in a new window</a></p></section>`,
  })
}

/** Some browsers keep no cookie in an EHR's frame, not even a partitioned one: no visit is found there. */
function isFrameWithoutCookies({ headers }: Request): boolean {
  return headers.get('sec-fetch-dest') === 'iframe' && !headers.has('cookie')
}

function startAgain(
  { name: appName, pickerUrl }: AppNames,
  problem: string,
  status = 403,
): Response {
  return sentencePage({
    appName,
    chooseUrl: pickerUrl,
    title: 'Start again from your EHR',
    sentence: `${problem} Launch ${appName} again from the patient’s chart.`,
    status,
  })
}

function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split('; ')
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
