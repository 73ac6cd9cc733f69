import { exportJWK, generateKeyPair } from 'jose'
import {
  ClientSecretBasic,
  getValidatedIdTokenClaims,
  introspectionRequest,
  modifyAssertion,
  None,
  PrivateKeyJwt,
  processIntrospectionResponse,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  validateApplicationLevelSignature,
} from 'oauth4webapi'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type SandboxEhr, startSandboxEhr } from '#sandbox/sandbox.ts'
import { openBrowser } from './browser.ts'
import {
  authorize,
  chooseAndLaunch,
  completeLaunch,
  discover,
  INSECURE,
  LAUNCH_URL,
  REDIRECT_URI,
  redeem,
} from './launch.ts'

const keys = await generateKeyPair('ES384', { extractable: true })
const common = { clientName: 'Heartline', redirectUris: [REDIRECT_URI] }
const ehr: SandboxEhr = await startSandboxEhr({
  apps: [{ name: 'Heartline', launchUrl: LAUNCH_URL }],
  clients: [
    { ...common, clientId: 'heartline-public', authentication: { method: 'none' } },
    {
      ...common,
      clientId: 'heartline-secret',
      authentication: { method: 'client_secret_basic', secret: 'a secret: of+the app' },
    },
    {
      ...common,
      clientId: 'heartline-keys',
      authentication: {
        method: 'private_key_jwt',
        jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES384' }] },
      },
    },
  ],
})
afterAll(() => ehr.close())

describe('an EHR launch', () => {
  it('keeps the launch URL’s own query and adds iss and launch', async () => {
    const launched = await chooseAndLaunch(ehr)

    expect(launched.get('kept')).toBe('1')
    expect(launched.get('iss')).toBe(ehr.fhirBaseUrl)
    expect(launched.get('launch')).toMatch(/^[\w-]{24}$/)
  })

  it('asks consent by the app’s name and says what is asked for', async () => {
    const { page } = await authorize({ ehr })

    expect(page.text).toContain('<h1>Authorize Heartline?</h1>')
    expect(page.text).toContain('Helen Brandt, MD')
    expect(page.text).toContain('Read and search all records of this patient')
  })

  it('gives tokens with the launch context, and an ID token that says who', async () => {
    const { as, answer, response, tokens } = await completeLaunch({ ehr })
    await validateApplicationLevelSignature(as, response, INSECURE)

    expect(answer.searchParams.get('iss')).toBe(ehr.issuer)
    expect(tokens).toMatchObject({
      patient: 'rosa-delgado',
      encounter: 'rosa-delgado-0',
      need_patient_banner: true,
      expires_in: 60,
      refresh_token: expect.any(String),
      scope: expect.stringContaining('offline_access'),
    })
    expect(getValidatedIdTokenClaims(tokens)).toMatchObject({
      sub: 'helen-brandt',
      fhirUser: `${ehr.fhirBaseUrl}/Practitioner/helen-brandt`,
      name: 'Helen Brandt, MD',
    })
  })

  it('takes a FHIR base with one final slash as aud', async () => {
    const { page } = await authorize({ ehr, change: { aud: `${ehr.fhirBaseUrl}/` } })

    expect(page.text).toContain('Authorize Heartline?')
  })

  it('answers access_denied to an app that the clinician turns down', async () => {
    const { browser, page } = await authorize({ ehr })
    const { url } = await browser.submit(page, { decision: 'deny' })

    expect(new URL(url).searchParams.get('error')).toBe('access_denied')
    expect(new URL(url).searchParams.get('iss')).toBe(ehr.issuer)
  })

  it.each([
    ['another aud', { aud: 'https://ehr.example/fhir' }],
    ['no aud', { aud: '' }],
    ['an unknown launch', { launch: 'unknown' }],
    ['no launch', { launch: '' }],
    ['no code_challenge', { code_challenge: '', code_challenge_method: '' }],
    ['a plain code_challenge', { code_challenge_method: 'plain' }],
  ])('refuses %s', async (_what, change) => {
    const { page } = await authorize({ ehr, change })

    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request')
  })

  it('takes a launch once', async () => {
    const { url } = await authorize({ ehr })
    const again = await openBrowser(REDIRECT_URI).open(url)

    expect(new URL(again.url).searchParams.get('error')).toBe('invalid_request')
  })

  it('refuses a launch five minutes old', async () => {
    onTestFinished(() => void vi.useRealTimers())
    const { url } = await authorize({ ehr, change: { aud: 'wrong' } })
    vi.setSystemTime(Date.now() + 300_000)
    const late = await openBrowser(REDIRECT_URI).open(
      url.replace('aud=wrong', `aud=${encodeURIComponent(ehr.fhirBaseUrl)}`),
    )

    expect(new URL(late.url).searchParams.get('error_description')).toContain('expired')
  })

  it('shows a page, and redirects nowhere, for a redirect URI that is not registered', async () => {
    const { page } = await authorize({ ehr, change: { redirect_uri: 'http://localhost:2/other' } })

    expect(page.status).toBe(400)
    expect(page.text).toContain('This did not work')
  })

  it('keeps two launches of one browser apart, whoever signs on in each', async () => {
    const first = await authorize({ ehr })
    const handle = (
      await chooseAndLaunch(ehr, { clinician: 'nora-kim', patient: 'amara-osei' })
    ).get('launch')
    const second = await first.browser.open(first.url.replace(first.launch, `${handle}`))

    expect(second.text).toContain('Nora Kim, NP')
    const firstAnswer = await first.browser.submit(first.page, { decision: 'allow' })
    const secondAnswer = await first.browser.submit(second, { decision: 'allow' })
    const { codeVerifier } = first
    const [one, two] = [
      await redeem({ ehr, codeVerifier }, firstAnswer),
      await redeem({ ehr, codeVerifier }, secondAnswer),
    ]

    expect(one.tokens['patient']).toBe('rosa-delgado')
    expect(getValidatedIdTokenClaims(one.tokens)?.sub).toBe('helen-brandt')
    expect(two.tokens['patient']).toBe('amara-osei')
    expect(getValidatedIdTokenClaims(two.tokens)?.sub).toBe('nora-kim')
  })

  it('authenticates a client by secret', async () => {
    const { tokens } = await completeLaunch(
      { ehr, clientId: 'heartline-secret' },
      ClientSecretBasic('a secret: of+the app'),
    )

    expect(tokens.access_token).toBeTruthy()
  })

  it('authenticates a client by an assertion made out to the token endpoint', async () => {
    const { token_endpoint: audience = '' } = await discover(ehr)
    const { tokens } = await completeLaunch(
      { ehr, clientId: 'heartline-keys' },
      PrivateKeyJwt(
        { key: keys.privateKey, kid: 'one' },
        { [modifyAssertion]: (_header, payload) => void Object.assign(payload, { aud: audience }) },
      ),
    )

    expect(tokens.access_token).toBeTruthy()
  })

  it('refuses a client with a wrong secret (IN-26)', async () => {
    const launch = completeLaunch({ ehr, clientId: 'heartline-secret' }, ClientSecretBasic('wrong'))

    await expect(launch).rejects.toThrow()
  })
})

describe('a refresh', () => {
  it('rotates the refresh token and carries the context again', async () => {
    const { as, client, tokens } = await completeLaunch({ ehr })
    const refreshed = await processRefreshTokenResponse(
      as,
      client,
      await refreshTokenGrantRequest(as, client, None(), `${tokens.refresh_token}`, INSECURE),
    )

    expect(refreshed).toMatchObject({ patient: 'rosa-delgado', encounter: 'rosa-delgado-0' })
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    expect(refreshed.access_token).not.toBe(tokens.access_token)
  })

  it('ends the grant when a refresh token is used again', async () => {
    const { as, client, tokens } = await completeLaunch({ ehr })
    const refresh = async (token: unknown) =>
      processRefreshTokenResponse(
        as,
        client,
        await refreshTokenGrantRequest(as, client, None(), `${token}`, INSECURE),
      )
    const refreshed = await refresh(tokens.refresh_token)

    await expect(refresh(tokens.refresh_token)).rejects.toThrow(ResponseBodyError)
    await expect(refresh(refreshed.refresh_token)).rejects.toThrow(ResponseBodyError)
    const introspected = await processIntrospectionResponse(
      as,
      client,
      await introspectionRequest(as, client, None(), refreshed.access_token, INSECURE),
    )
    expect(introspected.active).toBe(false)
  })

  it('is not to be had without a scope that stays connected', async () => {
    const { tokens } = await completeLaunch({
      ehr,
      change: { scope: 'launch openid patient/*.rs' },
    })

    expect(tokens.refresh_token).toBeUndefined()
  })
})

describe('discovery', () => {
  it('says in both documents the same, and that answers name their issuer', async () => {
    const smart = await discover(ehr)
    const openid = await (await fetch(`${ehr.issuer}/.well-known/openid-configuration`)).json()

    for (const name of [
      'issuer',
      'jwks_uri',
      'authorization_endpoint',
      'token_endpoint',
      'introspection_endpoint',
      'revocation_endpoint',
      'code_challenge_methods_supported',
      'authorization_response_iss_parameter_supported',
    ] as const) {
      expect(openid, name).toHaveProperty(name, smart[name])
      expect(smart[name], name).toBeTruthy()
    }
  })
})
