import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import type { SandboxEhr } from '#sandbox/sandbox.ts'
import { openBrowser, type Page } from './browser.ts'

export const REDIRECT_URI = 'http://localhost:1/redirect'
export const LAUNCH_URL = 'http://localhost:1/launch/heartline?kept=1'
const SCOPE = 'launch openid fhirUser profile offline_access patient/*.rs user/Practitioner.rs'

export const INSECURE = { [allowInsecureRequests]: true } as const

/** What discovery says, as oauth4webapi takes it. */
export async function discover({ fhirBaseUrl }: SandboxEhr): Promise<AuthorizationServer> {
  const response = await fetch(`${fhirBaseUrl}/.well-known/smart-configuration`)
  return (await response.json()) as AuthorizationServer
}

/** Chooses on the launcher page; answers the parameters of the launch URL. */
export async function chooseAndLaunch(
  { origin }: SandboxEhr,
  { clinician = 'helen-brandt', patient = 'rosa-delgado' } = {},
): Promise<URLSearchParams> {
  const browser = openBrowser(LAUNCH_URL)
  const launched = await browser.submit(await browser.open(`${origin}/`), {
    clinician,
    patient,
    app: '0',
  })
  return new URL(launched.url).searchParams
}

export interface AuthorizationRequest {
  readonly ehr: SandboxEhr
  readonly clientId?: string
  readonly codeVerifier?: string
  /** In place of what a correct request has; an empty string leaves the parameter out. */
  readonly change?: Readonly<Record<string, string>>
}

/** Goes through launcher page and authorization request, up to the consent page or a refusal. */
export async function authorize({
  ehr,
  clientId = 'heartline-public',
  codeVerifier = generateRandomCodeVerifier(),
  change = {},
}: AuthorizationRequest) {
  const { authorization_endpoint: endpoint } = await discover(ehr)
  const launched = await chooseAndLaunch(ehr)
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: 'a-state',
    nonce: 'a-nonce',
    aud: launched.get('iss') ?? '',
    launch: launched.get('launch') ?? '',
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...change,
  }
  const sent = Object.entries(parameters).filter(([, value]) => value !== '')
  const url = `${endpoint}?${new URLSearchParams(sent)}`
  const browser = openBrowser(REDIRECT_URI)
  return { browser, url, launch: parameters.launch, codeVerifier, page: await browser.open(url) }
}

/** A whole launch with consent: the answer at the redirect URI, and the tokens it is worth. */
export async function completeLaunch(
  request: AuthorizationRequest,
  authentication: ClientAuth = None(),
) {
  const { browser, page, codeVerifier } = await authorize(request)
  const answered = await browser.submit(page, { decision: 'allow' })
  return redeem({ ...request, codeVerifier }, answered, authentication)
}

/** Redeems the code of an authorization response. */
export async function redeem(
  {
    ehr,
    clientId = 'heartline-public',
    codeVerifier = '',
    change: { nonce = 'a-nonce' } = {},
  }: AuthorizationRequest,
  answered: Page,
  authentication: ClientAuth = None(),
) {
  const as = await discover(ehr)
  const client: Client = { client_id: clientId }
  const answer = new URL(answered.url)
  const response = await authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    validateAuthResponse(as, client, answer, 'a-state'),
    REDIRECT_URI,
    codeVerifier,
    INSECURE,
  )
  const tokens = await processAuthorizationCodeResponse(as, client, response, {
    ...(nonce && { expectedNonce: nonce }),
  })
  return { as, client, answer, response, tokens }
}
