import { type SandboxEhr, startSandboxEhr, vendorEntry } from '#sandbox/sandbox.ts'
import { formOf, plainBrowser } from '../support/browser.ts'
import {
  type AuthenticationMethod,
  CLIENT_SECRET,
  type GivenServer,
  givenConnections,
} from './given-connections.ts'

/** Their client ids are JWTs of several kB. */
const CLIENT_IDS: Readonly<Record<string, string>> = { 'athena-flex': `eyJ.${'c'.repeat(3_000)}.s` }

/** One stack with a connection to a sandbox EHR in each vendor's guise. */
export async function givenVendors(vendors: readonly string[]) {
  const given = await givenConnections(async (base) => {
    const servers: (GivenServer & { readonly ehr: SandboxEhr })[] = []
    for (const vendor of vendors) servers.push(await inGuise(vendor, base))
    return servers
  })

  /** A whole launch, from the EHR or by the person alone: what the app was told. */
  async function signOn(vendor: string, { standalone }: { readonly standalone: boolean }) {
    const browser = plainBrowser()
    const launched = standalone
      ? undefined
      : await browser.visit(`${given.server(vendor).ehr.origin}/launch`, {
          method: 'POST',
          body: 'clinician=helen-brandt&patient=rosa-delgado&app=0',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        })
    const consent = await browser.follow(launched?.location ?? given.launchUrl(vendor))
    if (!consent.text.includes('decision')) throw given.met('no consent page', consent)
    const answer = await browser.visit(formOf(consent).action, {
      method: 'POST',
      body: 'decision=allow',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    return given.finish(browser, answer)
  }

  return { ...given, signOn, ehrOf: (vendor: string) => given.server(vendor).ehr }
}

async function inGuise(
  vendor: string,
  base: string,
): Promise<GivenServer & { readonly ehr: SandboxEhr }> {
  const clientId = CLIENT_IDS[vendor] ?? `client-at-${vendor}`
  const { method } = vendorEntry(vendor, { issuer: '' })
  const ehr = await startSandboxEhr({
    vendor,
    accessTokenSeconds: 3_600,
    apps: [{ name: 'Heartline', launchUrl: `${base}/launch/at-${vendor}` }],
    clients: [
      {
        clientId,
        clientName: 'Heartline',
        redirectUris: [`${base}/redirect`],
        authentication: authenticationAt(method, base),
      },
    ],
  })
  const { scopes, fields } = vendorEntry(vendor, ehr)
  return {
    name: vendor,
    clientId,
    method,
    fields: { fhirBaseUrl: ehr.fhirBaseUrl, vendor, scopes, ...fields },
    ehr,
    close: ehr.close,
  }
}

function authenticationAt(method: AuthenticationMethod, base: string) {
  switch (method) {
    case 'none':
      return { method }
    case 'private_key_jwt':
      return { method, jwksUri: `${base}/.well-known/jwks.json` }
    default:
      return { method, secret: CLIENT_SECRET }
  }
}
