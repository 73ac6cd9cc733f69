import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { json } from '#sandbox/web/respond.ts'
import { readBody, send, startServer, type WebHandler, webListener } from '#sandbox/web/server.ts'
import { authorizationServer } from './authorization-server.ts'
import type { SandboxClient } from './clients.ts'
import { consentListener } from './consent.ts'
import { CHARTS } from './data/charts.ts'
import { CLINICIANS } from './data/clinicians.ts'
import { openEncounter, sampleResources } from './data/resources.ts'
import { ehrMemory } from './ehr-memory.ts'
import { fhirServer } from './fhir/fhir-server.ts'
import { checkAuthorization } from './guises/check-authorization.ts'
import { discoveryDocument } from './guises/discovery-documents.ts'
import type { Guise } from './guises/guise.ts'
import { GUISES } from './guises/index.ts'
import { type LaunchableApp, launchApp, launcherPage } from './launcher.ts'
import { type LaunchContext, rememberLaunches } from './launches.ts'
import { errorPage } from './pages.ts'
import { ADVERTISED_SCOPES } from './scopes.ts'

const ISSUER_PATH = '/oauth'
const FHIR_PATH = '/fhir/R4'

export interface SandboxEhrOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  readonly clients: readonly SandboxClient[]
  /** What the launcher page offers. */
  readonly apps: readonly LaunchableApp[]
  /** How long an access token lives; 60 by default, so that nobody escapes refreshing. */
  readonly accessTokenSeconds?: number
  /** Keeps grants, tokens and keys over a restart; without one they are forgotten. */
  readonly stateFolder?: string
  /** Takes on a vendor's ways: a name of `GUISES`. */
  readonly vendor?: string
}

/** An EHR that is up. */
export interface SandboxEhr {
  readonly origin: string
  readonly issuer: string
  readonly fhirBaseUrl: string
  /** From now on no access token that was issued so far is good. */
  endAccessTokens(): void
  close(): Promise<void>
}

/**
 * Starts an EHR on 127.0.0.1: launcher page, SMART authorization server and FHIR R4 server, with
 * three clinicians and ten patients. A launch under way it forgets when it is closed.
 */
export async function startSandboxEhr({
  port = 0,
  clients,
  apps,
  vendor = 'smart',
  accessTokenSeconds = GUISES[vendor]?.token?.accessTokenSeconds ?? 60,
  stateFolder,
}: SandboxEhrOptions): Promise<SandboxEhr> {
  const guise = GUISES[vendor]
  if (!guise) throw new Error(`No vendor "${vendor}". There are: ${Object.keys(GUISES).join(', ')}`)
  let endAccessTokens: () => void = () => undefined
  const memory = await ehrMemory(stateFolder)
  const server = await startServer(port, async (origin): Promise<RequestListener> => {
    const issuer = origin + ISSUER_PATH
    const fhirBaseUrl = origin + FHIR_PATH
    const launches = rememberLaunches()
    const authorization = authorizationServer({
      issuer,
      fhirBaseUrl,
      clients,
      launches,
      memory,
      accessTokenSeconds,
      guise,
    })
    endAccessTokens = authorization.endAccessTokens
    const fhir = await fhirServer({
      baseUrl: fhirBaseUrl,
      issuer,
      resources: sampleResources(new Date()),
      verifyAccessToken: authorization.verifyAccessToken,
    })

    const provider = authorization.provider.callback()
    const consent = consentListener(authorization, launches)
    const documents = { guise, issuer, fhirBaseUrl, scopes: ADVERTISED_SCOPES }
    const web = webListener(origin, async (request) => {
      const document = discoveryDocument(request, documents)
      if (document) return document
      const { pathname } = new URL(request.url)
      if (pathname.startsWith(`${FHIR_PATH}/`)) return inGuise(request, guise, fhir)
      if (pathname === `${ISSUER_PATH}/userinfo`) {
        const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
        const access = token && (await authorization.verifyAccessToken(token))
        return access ? json({ sub: access.account }) : json({}, 401)
      }
      if (pathname === '/' && request.method === 'GET') return launcherPage(apps)
      if (pathname === '/launch' && request.method === 'POST') {
        return launchApp(request, { apps, launches, fhirBaseUrl })
      }
      if (pathname === '/favicon.ico') return new Response(undefined, { status: 204 })
      return errorPage('There is no page at this address', 404)
    })

    return (request, response) => {
      const { url = '/' } = request
      if (url.startsWith(`${ISSUER_PATH}/consent/`)) return consent(request, response)
      if (!url.startsWith(`${ISSUER_PATH}/`) || isWeb(url, guise)) return web(request, response)
      void toProvider(request, response)
    }

    async function toProvider(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { pathname, searchParams } = new URL(`${origin}${request.url}`)
      let mounted = request.url ?? ''
      if (pathname === `${ISSUER_PATH}/auth`) {
        const form = request.method === 'POST' ? `${(await readBody(request)) ?? ''}` : ''
        const sent = new URLSearchParams([...searchParams, ...new URLSearchParams(form)])
        const checked = checkAuthorization(sent, guise ?? {}, {
          fhirBaseUrl,
          mintHandle: () => launches.mint(byThemselves(guise?.authorization?.standalone)),
        })
        if ('refused' in checked) return send(errorPage(checked.refused), response)
        request.method = 'GET'
        mounted = withConsentPrompt(`${pathname}?${checked.parameters}`)
      }
      if (guise?.client?.rawBasic) request.headers.authorization = formEncoded(request)
      // Koa's way of saying where it is mounted: what the address was before the prefix went.
      Object.assign(request, { originalUrl: mounted, url: mounted.slice(ISSUER_PATH.length) })
      request.headers.cookie = withoutSession(request.headers.cookie)
      if (guise?.discovery?.omits?.includes('issuer')) withoutIssuer(response)
      await provider(request, response)
    }
  })

  return {
    origin: server.origin,
    issuer: server.origin + ISSUER_PATH,
    fhirBaseUrl: server.origin + FHIR_PATH,
    endAccessTokens: () => endAccessTokens(),
    close: server.close,
  }
}

/** Documents that a guise has a say in, and what the authorization server behind it does not have. */
function isWeb(url: string, { discovery, idToken }: Guise): boolean {
  const [path = ''] = url.split('?')
  return (
    path === `${ISSUER_PATH}/userinfo` ||
    (path.endsWith('/.well-known/openid-configuration') &&
      (discovery?.openidConfiguration !== undefined || idToken?.issuer !== undefined)) ||
    (discovery?.extraSlash === true && path.endsWith('/'))
  )
}

/** A FHIR request as the vendor's server insists on it, and without what only that one knows. */
async function inGuise(request: Request, { fhir: wants }: Guise, fhir: WebHandler) {
  const url = new URL(request.url)
  const { requiresQuery, accept } = wants ?? {}
  if (!wants || url.pathname.endsWith('/metadata')) return fhir(request)
  if (accept && request.headers.get('accept') !== accept) return new Response('', { status: 406 })
  if (requiresQuery) {
    if (url.searchParams.get(requiresQuery.name) !== requiresQuery.value) {
      return json({ error: `${requiresQuery.name} is missing` }, 400)
    }
    url.searchParams.delete(requiresQuery.name)
  }
  const answer = await fhir(new Request(url, request))
  if (accept) answer.headers.set('content-type', accept)
  return answer
}

/** Whoever comes without a launch: the first clinician or patient there is. */
function byThemselves(who: 'clinician' | 'patient' | undefined): LaunchContext {
  const patient = CHARTS[0]?.id ?? ''
  return {
    clinician: CLINICIANS[0]?.id ?? '',
    patient,
    encounter: openEncounter(patient),
    ...(who === 'patient' && { isPatient: true }),
  }
}

/** A server that names no issuer names none in its authorization response either. */
function withoutIssuer(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response)
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== 'location') return setHeader(name, value)
    const url = URL.parse(`${value}`)
    url?.searchParams.delete('iss')
    return setHeader(name, url?.href ?? value)
  }
}

/** Basic credentials that came as they are, as the authorization server behind takes them. */
function formEncoded({ headers: { authorization = '' } }: IncomingMessage): string {
  const encoded = /^Basic (\S+)$/i.exec(authorization)?.[1]
  if (!encoded) return authorization
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString().split(':')
  const encode = (value: string) => new URLSearchParams({ v: value }).toString().slice(2)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret.join(':'))}`).toString('base64')}`
}

/**
 * OpenID Connect drops `offline_access` from requests without `prompt=consent`; SMART has no such
 * rule, and here everybody is asked at each launch.
 */
function withConsentPrompt(url: string): string {
  return /^\/oauth\/auth\?(?!(.*&)?prompt=)/.test(url) ? `${url}&prompt=consent` : url
}

/**
 * Who is signed on is what the launch handle says. A session kept in the browser from an earlier
 * launch would win over that, and two launches in one browser would mix.
 */
function withoutSession(cookie = ''): string {
  return cookie
    .split('; ')
    .filter((pair) => !pair.startsWith('_session'))
    .join('; ')
}
