import type { RequestListener } from 'node:http'
import { json } from '#sandbox/web/respond.ts'
import { startServer, webListener } from '#sandbox/web/server.ts'
import { authorizationServer } from './authorization-server.ts'
import type { SandboxClient } from './clients.ts'
import { consentListener } from './consent.ts'
import { sampleResources } from './data/resources.ts'
import { ehrMemory } from './ehr-memory.ts'
import { fhirServer } from './fhir/fhir-server.ts'
import { type LaunchableApp, launchApp, launcherPage } from './launcher.ts'
import { rememberLaunches } from './launches.ts'
import { errorPage } from './pages.ts'
import { ADVERTISED_SCOPES } from './scopes.ts'
import { smartConfiguration } from './smart-configuration.ts'

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
}

/** An EHR that is up. */
export interface SandboxEhr {
  readonly origin: string
  readonly issuer: string
  readonly fhirBaseUrl: string
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
  accessTokenSeconds = 60,
  stateFolder,
}: SandboxEhrOptions): Promise<SandboxEhr> {
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
    })
    const fhir = await fhirServer({
      baseUrl: fhirBaseUrl,
      issuer,
      resources: sampleResources(new Date()),
      verifyAccessToken: authorization.verifyAccessToken,
    })

    const provider = authorization.provider.callback()
    const consent = consentListener(authorization, launches)
    const web = webListener(origin, (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === `${FHIR_PATH}/.well-known/smart-configuration`) {
        return json(smartConfiguration(issuer, ADVERTISED_SCOPES))
      }
      if (pathname.startsWith(`${FHIR_PATH}/`)) return fhir(request)
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
      if (!url.startsWith(`${ISSUER_PATH}/`)) return web(request, response)
      const mounted = withConsentPrompt(url)
      // Koa's way of saying where it is mounted: what the address was before the prefix went.
      Object.assign(request, { originalUrl: mounted, url: mounted.slice(ISSUER_PATH.length) })
      request.headers.cookie = withoutSession(request.headers.cookie)
      void provider(request, response)
    }
  })

  return {
    origin: server.origin,
    issuer: server.origin + ISSUER_PATH,
    fhirBaseUrl: server.origin + FHIR_PATH,
    close: server.close,
  }
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
