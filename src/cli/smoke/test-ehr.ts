import { createHash, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { type LongAnswers, longAnswers } from './long-answers.ts'
import { type Part, type Received, sendJson } from './received.ts'

const ACCESS_TOKEN_SECONDS = 600

/** The person of the only chart there is. Made up. */
export const PATIENT = {
  resourceType: 'Patient',
  id: 'smoke-patient',
  name: [{ family: 'Smoke', given: ['Test'] }],
  birthDate: '1970-01-01',
} as const

const PRACTITIONER = { resourceType: 'Practitioner', id: 'smoke-clinician' } as const
const CLIENT_ID = 'smoke-client'

/** A SMART authorization server and a FHIR server with one patient, who says yes at once. */
export interface TestEhr {
  readonly fhirBaseUrl: string
  readonly clientId: string
  /** What it has issued that must be seen nowhere: codes and tokens. */
  readonly issued: readonly string[]
  /** How often a refresh token was taken. */
  refreshes(): number
  /** From now on no access token that was issued so far is good. */
  endAccessTokens(): void
  readonly long: LongAnswers
  readonly serve: Part
}

interface Authorized {
  readonly nonce: string
  readonly challenge: string
}

export async function testEhr({
  base,
  jwksUrl,
  redirectUri,
}: {
  readonly base: string
  readonly jwksUrl: string
  readonly redirectUri: string
}): Promise<TestEhr> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const header = { alg: 'RS256', kid: 'smoke-ehr' }
  const jwk = { ...(await exportJWK(publicKey)), ...header, use: 'sig' }
  const brokerKeys = createRemoteJWKSet(new URL(jwksUrl))
  const tokenUrl = `${base}/token`
  const fhirBaseUrl = `${base}/fhir`
  const codes = new Map<string, Authorized>()
  const issued: string[] = []
  const long = longAnswers()
  let accessTokens = new Set<string>()
  let refreshToken: string | undefined
  let refreshes = 0
  const fresh = (kind: string) => {
    const value = `smoke-${kind}-${randomUUID()}`
    issued.push(value)
    return value
  }

  function authorize(query: URLSearchParams, response: ServerResponse): true {
    const isOurs =
      query.get('client_id') === CLIENT_ID &&
      query.get('redirect_uri') === redirectUri &&
      query.get('code_challenge_method') === 'S256'
    if (!isOurs) return sendJson(response, 400, { error: 'invalid_request' })
    const code = fresh('code')
    codes.set(code, {
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
    })
    const back = new URL(redirectUri)
    back.search = new URLSearchParams({
      code,
      state: query.get('state') ?? '',
      iss: base,
    }).toString()
    response.writeHead(302, { location: back.href }).end()
    return true
  }

  async function token(body: string, response: ServerResponse): Promise<true> {
    const form = new URLSearchParams(body)
    try {
      await jwtVerify(form.get('client_assertion') ?? '', brokerKeys, {
        issuer: CLIENT_ID,
        subject: CLIENT_ID,
        audience: tokenUrl,
      })
    } catch {
      return sendJson(response, 401, { error: 'invalid_client' })
    }
    const granted = form.get('grant_type') === 'refresh_token' ? takeRefresh(form) : takeCode(form)
    if (!granted) return sendJson(response, 400, { error: 'invalid_grant' })
    const accessToken = fresh('access')
    accessTokens.add(accessToken)
    refreshToken = fresh('refresh')
    return sendJson(response, 200, {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: ACCESS_TOKEN_SECONDS,
      scope: 'launch openid fhirUser patient/*.rs offline_access',
      refresh_token: refreshToken,
      patient: PATIENT.id,
      ...('nonce' in granted && { id_token: await idToken(`${granted.nonce}`) }),
    })
  }

  function takeRefresh(form: URLSearchParams): object | undefined {
    if (refreshToken === undefined || form.get('refresh_token') !== refreshToken) return undefined
    refreshes += 1
    return {}
  }

  function takeCode(form: URLSearchParams): Authorized | undefined {
    const code = form.get('code') ?? ''
    const authorized = codes.get(code)
    codes.delete(code)
    const verifier = form.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    return authorized?.challenge === challenge ? authorized : undefined
  }

  const idToken = (nonce: string) =>
    new SignJWT({ nonce, fhirUser: `${fhirBaseUrl}/Practitioner/${PRACTITIONER.id}` })
      .setProtectedHeader(header)
      .setIssuer(base)
      .setSubject(PRACTITIONER.id)
      .setAudience(CLIENT_ID)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey)

  function fhir({ path, query, headers }: Received, response: ServerResponse): true {
    if (path === '/fhir/metadata') {
      return sendJson(response, 200, { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' })
    }
    const [, presented = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (!accessTokens.has(presented)) return sendJson(response, 401, {})
    if (path === `/fhir/Patient/${PATIENT.id}`) return sendJson(response, 200, PATIENT)
    if (path === `/fhir/Practitioner/${PRACTITIONER.id}`) {
      return sendJson(response, 200, PRACTITIONER)
    }
    if (path === '/fhir/Observation' && long.serve(query.get('code') ?? '', response)) return true
    return sendJson(response, 404, { resourceType: 'OperationOutcome', issue: [] })
  }

  return {
    fhirBaseUrl,
    clientId: CLIENT_ID,
    issued,
    refreshes: () => refreshes,
    endAccessTokens() {
      accessTokens = new Set()
    },
    long,
    async serve(received, response) {
      const { path, query, body } = received
      if (path === '/fhir/.well-known/smart-configuration') {
        return sendJson(response, 200, {
          issuer: base,
          jwks_uri: `${base}/jwks`,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: tokenUrl,
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
          token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
          authorization_response_iss_parameter_supported: true,
          capabilities: ['launch-ehr', 'sso-openid-connect', 'client-confidential-asymmetric'],
          grant_types_supported: ['authorization_code', 'refresh_token'],
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        })
      }
      if (path === '/jwks') return sendJson(response, 200, { keys: [jwk] })
      if (path === '/authorize') return authorize(query, response)
      if (path === '/token') return token(body, response)
      return path.startsWith('/fhir/') && fhir(received, response)
    },
  }
}
