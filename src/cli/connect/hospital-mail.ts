import type { VendorId } from '#core/vendors/index.ts'
import { VENDOR_NOTES } from '#core/vendors/notes/index.ts'
import type { Proposal } from './propose-connection.ts'

/** The addresses of a stack that an EHR has to know. */
export interface StackAddresses {
  readonly redirectUri: string
  readonly launchUrl: string
  readonly jwksUrl: string
}

/** A mail to whoever registers apps at the hospital: what to enter, what to answer. */
export function hospitalMail(
  { redirectUri, launchUrl, jwksUrl }: StackAddresses,
  {
    app,
    fhirBaseUrl,
    vendor,
    hasClientId,
    proposal: { method, scopes, questions },
  }: {
    readonly app: string
    readonly fhirBaseUrl: string
    readonly vendor: VendorId
    readonly hasClientId: boolean
    readonly proposal: Proposal
  },
): readonly string[] {
  const clients = {
    private_key_jwt: `confidential, with a key (private_key_jwt): ${jwksUrl}`,
    client_secret_basic: 'confidential, with a secret (HTTP Basic)',
    client_secret_post: 'confidential, with a secret (in the request’s body)',
    none: 'public, with PKCE (S256)',
  }
  const asked = [
    ...(hasClientId ? [] : ['the client id that you give us,']),
    ...(method.startsWith('client_secret')
      ? ['the client secret, by a way that only we can read,']
      : []),
    'whether launches bring a refresh token, and how long it lives.',
  ]
  const { registration } = VENDOR_NOTES[vendor]
  return [
    `Subject: Registering "${app}" with your EHR`,
    '',
    `We would like to launch our app "${app}" from your EHR (${fhirBaseUrl}) by SMART App Launch.`,
    'Please register it as follows; the addresses have to be entered exactly.',
    '',
    `  Redirect URI: ${redirectUri}`,
    `  Launch URL:   ${launchUrl}`,
    `  Client:       ${clients[method]}`,
    `  Scopes:       ${scopes.join(' ')}`,
    '',
    ...(registration.length > 0 && vendor !== 'smart'
      ? ['What we know to matter at your vendor:', ...registration.map((line) => `  - ${line}`), '']
      : []),
    'Please tell us:',
    ...[...asked, ...questions].map((line) => `  - ${line}`),
  ]
}
