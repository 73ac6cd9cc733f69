import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { setUpStack } from '#cli/operate-stack.ts'
import { startLocalStack } from '#local/local-stack.ts'
import { type SandboxEhr, startSandboxEhr, vendorEntry } from '#sandbox/sandbox.ts'
import { formOf, plainBrowser, type Visit } from '../support/browser.ts'
import { startFakeApp } from '../support/fake-app.ts'

/** Characters that come out otherwise when they are encoded once too often, or not at all. */
const CLIENT_SECRET = 'p+s/w=%25&z-0123456789'
const SSO_SECRET = 'sso-secret-0123456789abcdef0123456789'

/** Their client ids are JWTs of several kB. */
const CLIENT_IDS: Readonly<Record<string, string>> = { 'athena-flex': `eyJ.${'c'.repeat(3_000)}.s` }

/** One stack with a connection to a sandbox EHR in each vendor's guise. */
export async function givenVendors(vendors: readonly string[]) {
  const lines: string[] = []
  const [stack, app] = await Promise.all([
    startLocalStack({
      assembly: inject('assembly'),
      port: 0,
      awsPort: 0,
      onLog: ({ text }) => lines.push(text),
    }),
    startFakeApp(),
  ])
  const base = stack.outputs['ApiBase'] ?? ''
  const ehrs = new Map<string, SandboxEhr>()
  for (const vendor of vendors) {
    const { method } = vendorEntry(vendor, { issuer: '' })
    ehrs.set(
      vendor,
      await startSandboxEhr({
        vendor,
        accessTokenSeconds: 3_600,
        apps: [{ name: 'Heartline', launchUrl: `${base}/launch/at-${vendor}` }],
        clients: [
          {
            clientId: clientIdAt(vendor),
            clientName: 'Heartline',
            redirectUris: [`${base}/redirect`],
            authentication: authenticationAt(method, base),
          },
        ],
      }),
    )
  }
  const ehrOf = (vendor: string) => {
    const ehr = ehrs.get(vendor)
    if (!ehr) throw new Error(`no EHR in the guise of ${vendor}`)
    return ehr
  }

  const folder = mkdtempSync(join(tmpdir(), 'sallyport-operator-'))
  await setUpStack(stack, folder, {
    registry: registryOf(vendors, ehrOf, app),
    ssoSecrets: { heartline: SSO_SECRET },
    clientSecrets: { vendors: CLIENT_SECRET },
  })

  /** From the EHR, or by the person alone, to the page that the EHR shows first. */
  async function begin(
    browser: ReturnType<typeof plainBrowser>,
    vendor: string,
    standalone: boolean,
  ) {
    if (standalone) return browser.follow(`${base}/launch/at-${vendor}`)
    const { origin } = ehrOf(vendor)
    const launched = await browser.visit(`${origin}/launch`, {
      method: 'POST',
      body: 'clinician=helen-brandt&patient=rosa-delgado&app=0',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    return browser.follow(launched.location ?? '')
  }

  const met = (what: string, { status, url, text }: Visit) =>
    new Error(`${what}: ${status} ${url}\n${text.slice(0, 3_000)}\n${lines.slice(-6).join('\n')}`)

  /** A whole launch: what the app was told. */
  async function signOn(vendor: string, { standalone }: { readonly standalone: boolean }) {
    const browser = plainBrowser()
    const consent = await begin(browser, vendor, standalone)
    if (!consent.text.includes('decision')) throw met('no consent page', consent)
    let page = await browser.visit(formOf(consent).action, {
      method: 'POST',
      body: 'decision=allow',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    while (page.location) page = await browser.visit(page.location)
    // A posted answer is one page more.
    if (formOf(page).fields['code']) {
      page = await browser.submit(formOf(page), { 'sec-fetch-site': 'cross-site' })
    }
    if (!formOf(page).fields['ticket']) throw met('no ticket', page)
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

  return {
    ehrOf,
    signOn,
    logLines: (): readonly string[] => lines,
    read: async (vendor: string, path: string, session: string) => {
      token ??= appToken()
      return fetch(`${base}/fhir/R4/${vendor}/Development/${path}?_redox_session=${session}`, {
        headers: { authorization: await token },
      })
    },
    close: async () => {
      await Promise.all([stack, app, ...ehrs.values()].map((one) => one.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function clientIdAt(vendor: string): string {
  return CLIENT_IDS[vendor] ?? `client-at-${vendor}`
}

function authenticationAt(method: ReturnType<typeof vendorEntry>['method'], base: string) {
  switch (method) {
    case 'none':
      return { method }
    case 'private_key_jwt':
      return { method, jwksUri: `${base}/.well-known/jwks.json` }
    default:
      return { method, secret: CLIENT_SECRET }
  }
}

function registryOf(
  vendors: readonly string[],
  ehrOf: (vendor: string) => SandboxEhr,
  app: Awaited<ReturnType<typeof startFakeApp>>,
) {
  const uuid = (index: number) => `0a7c3a52-55a5-4d0f-9d0a-${`${index}`.padStart(12, '0')}`
  return {
    organizations: vendors.map((vendor) => ({ slug: vendor, name: `Hospital on ${vendor}` })),
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
    ],
    registrations: vendors.map((vendor) => {
      const { method } = vendorEntry(vendor, ehrOf(vendor))
      return {
        id: `heartline-at-${vendor}`,
        app: 'heartline',
        clientId: clientIdAt(vendor),
        authentication: method.startsWith('client_secret')
          ? { method, secretRef: 'vendors' }
          : { method },
      }
    }),
    connections: vendors.map((vendor, index) => {
      const { scopes, fields } = vendorEntry(vendor, ehrOf(vendor))
      return {
        id: `at-${vendor}`,
        organization: vendor,
        environment: 'Development',
        app: 'heartline',
        registration: `heartline-at-${vendor}`,
        source: { id: uuid(index), name: `EHR on ${vendor}` },
        fhirBaseUrl: ehrOf(vendor).fhirBaseUrl,
        fhirVersion: 'R4',
        vendor,
        scopes,
        ...fields,
      }
    }),
  }
}
