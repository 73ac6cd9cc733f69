import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { countOnConnections, type LoopbackServer, readBody, serve } from './http-server.ts'

/** What the fake EHR answers at its token endpoint. */
interface TokenAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Readonly<Record<string, unknown>>
}

/** What it got at its token endpoint. */
interface TokenRequest extends OnWire {
  readonly headers: IncomingMessage['headers']
  readonly body: URLSearchParams
}

/** How it departs from a well-behaved EHR; each departure is set by the test that needs it. */
export interface Misbehavior {
  /** Claims over the right ones of the ID token. */
  readonly idTokenClaims?: JWTPayload
  /** Signs the ID token with a key that is not published, under the published `kid`. */
  readonly foreignSignature?: boolean
  /** The ID token's `typ`; `JWT` by default. */
  readonly idTokenType?: string
  /** The ID token is of `alg` `none`. */
  readonly unsigned?: boolean
  /**
   * The token endpoint's answer in place of the right one; `'hang-up'` ends the connection,
   * `'silence'` holds it and says nothing.
   */
  readonly tokenAnswer?: TokenAnswer | 'hang-up' | 'silence'
  /** Parameters over the right ones of the authorization response; `undefined` leaves one out. */
  readonly authorizationResponse?: Readonly<Record<string, string | undefined>>
  /** Members over the right ones of the token response. */
  readonly tokenMembers?: Readonly<Record<string, unknown>>
  /** What its revocation endpoint answers; 200 by default. */
  readonly revocationStatus?: number
}

export interface FakeEhr extends LoopbackServer {
  readonly fhirBaseUrl: string
  readonly tokenRequests: readonly TokenRequest[]
  /** What it got at its revocation endpoint. */
  readonly revocations: readonly TokenRequest[]
  /** Every FHIR request it got: method, URL with query, headers, body. */
  readonly fhirRequests: readonly (FhirRequestSeen & OnWire)[]
  /** A logout token of its own, `undefined` leaving a claim out. */
  logoutToken(claims: JWTPayload): Promise<string>
  /** Knows its confidential client by this secret from now on, and by no other. */
  changeSecret(clientSecret: string): void
  /** From now on; `{}` behaves again. */
  misbehave(how: Misbehavior): void
}

export interface FhirRequestSeen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A request with what the network tells of it. */
interface OnWire {
  /** Its place among the requests of its connection; 1 is the first. */
  readonly onConnection: number
}

export interface FakeEhrOptions {
  /** Answers FHIR requests below the base; by default one Patient and an empty Bundle. */
  readonly fhir?: (seen: FhirRequestSeen & OnWire, response: ServerResponse) => unknown
  /** Canaries: values to plant in what it issues, so that a test can look for leaks. */
  readonly accessToken?: () => string
  readonly refreshToken?: () => string
  readonly accessTokenSeconds?: number
  /**
   * Who launches, by the `launch` handle; each allows the app on a page of the EHR's. By default it
   * is one person, who has allowed it.
   */
  readonly people?: Readonly<Record<string, { readonly patient: string; readonly user: string }>>
  /**
   * The secret of `fake-client`, which its token and revocation endpoint then demand by HTTP Basic
   * (RFC 6749 §2.3.1). @default the client is public
   */
  readonly clientSecret?: string
  /** Has a revocation endpoint (RFC 7009), and says so. */
  readonly revokes?: boolean
  /** `sid` of its ID tokens: a person's session with it. */
  readonly sid?: () => string
}

/**
 * An EHR that says yes at once, records what it got and can misbehave: authorization server, key set
 * and FHIR base on one origin. It is a test's, so it checks nothing but PKCE, and a client's secret
 * where it is given one.
 */
export async function startFakeEhr(options: FakeEhrOptions = {}): Promise<FakeEhr> {
  const right = await generateKeyPair('RS256', { extractable: true })
  const foreign = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(right.publicKey)), kid: 'fake-1', alg: 'RS256', use: 'sig' }

  const codes = new Map<
    string,
    Readonly<Record<'nonce' | 'challenge' | 'clientId' | 'launch', string>>
  >()
  /** Whose a refresh token is, of those who launch by their handle. */
  const owners = new Map<string, string>()
  const tokenRequests: TokenRequest[] = []
  const fhirRequests: (FhirRequestSeen & OnWire)[] = []
  const revocations: TokenRequest[] = []
  let misbehavior: Misbehavior = {}
  let { clientSecret } = options
  const placeOnConnection = countOnConnections()

  const server = await serve(async (request, response) => {
    const { origin } = server
    const onConnection = placeOnConnection(request)
    const url = new URL(request.url ?? '/', origin)
    const json = (status: number, body: unknown, headers = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body))

    if (url.pathname === '/fhir/.well-known/smart-configuration') {
      return json(200, {
        issuer: origin,
        jwks_uri: `${origin}/jwks`,
        authorization_endpoint: `${origin}/authorize?tenant=7`,
        token_endpoint: `${origin}/token`,
        ...(options.revokes && { revocation_endpoint: `${origin}/revoke` }),
        authorization_response_iss_parameter_supported: true,
        capabilities: ['launch-ehr', 'sso-openid-connect'],
        grant_types_supported: ['authorization_code'],
        code_challenge_methods_supported: ['S256'],
      })
    }
    if (url.pathname === '/jwks') return json(200, { keys: [jwk] })
    if (url.pathname === '/authorize') {
      const code = randomBytes(16).toString('base64url')
      codes.set(code, {
        nonce: url.searchParams.get('nonce') ?? '',
        challenge: url.searchParams.get('code_challenge') ?? '',
        clientId: url.searchParams.get('client_id') ?? '',
        launch: url.searchParams.get('launch') ?? '',
      })
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      const parameters = {
        code,
        state: url.searchParams.get('state') ?? '',
        iss: origin,
        ...misbehavior.authorizationResponse,
      }
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== undefined) back.searchParams.set(name, value)
      }
      if (options.people) {
        const href = back.href.replaceAll('&', '&amp;')
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<a href="${href}">Allow</a>`)
        return
      }
      response.writeHead(302, { location: back.href }).end()
      return
    }
    if (url.pathname === '/revoke' && options.revokes) {
      const body = new URLSearchParams(await readBody(request))
      revocations.push({ headers: request.headers, body, onConnection })
      if (!isClient(request, clientSecret)) return json(401, { error: 'invalid_client' })
      response.writeHead(misbehavior.revocationStatus ?? 200).end()
      return
    }
    if (url.pathname === '/token') {
      const body = new URLSearchParams(await readBody(request))
      tokenRequests.push({ headers: request.headers, body, onConnection })
      if (misbehavior.tokenAnswer === 'silence') return
      if (misbehavior.tokenAnswer === 'hang-up') {
        request.socket.destroy()
        return
      }
      if (misbehavior.tokenAnswer) {
        const { status, headers, body: answer } = misbehavior.tokenAnswer
        return typeof answer === 'string'
          ? response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(answer)
          : json(status, answer, headers)
      }
      if (!isClient(request, clientSecret)) return json(401, { error: 'invalid_client' })
      return json(200, await tokenResponse(body), { 'cache-control': 'no-store' })
    }
    if (url.pathname.startsWith('/fhir')) {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: await readBody(request),
        onConnection,
      }
      fhirRequests.push(seen)
      return (options.fhir ?? answerFhir)(seen, response)
    }
    return json(404, {})
  })

  async function tokenResponse(body: URLSearchParams) {
    const fresh = {
      access_token: options.accessToken?.() ?? randomBytes(16).toString('base64url'),
      refresh_token: options.refreshToken?.() ?? randomBytes(16).toString('base64url'),
      token_type: 'Bearer',
      expires_in: options.accessTokenSeconds ?? 3_600,
    }
    if (body.get('grant_type') === 'client_credentials') {
      const { access_token, token_type, expires_in } = fresh
      return {
        access_token: `system.${access_token}`,
        token_type,
        expires_in,
        scope: body.get('scope'),
      }
    }
    const owner = owners.get(body.get('refresh_token') ?? '')
    if (owner !== undefined) owners.set(fresh.refresh_token, owner)
    if (body.get('grant_type') === 'refresh_token') {
      return {
        ...fresh,
        ...(owner !== undefined && { access_token: `${owner}.${fresh.access_token}` }),
        ...misbehavior.tokenMembers,
      }
    }

    const code = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || code.challenge !== challenge) return { error: 'invalid_grant' }

    const who = options.people?.[code.launch]
    if (who) owners.set(fresh.refresh_token, who.user)
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: server.origin,
      sub: who?.user ?? 'user-1',
      aud: code.clientId,
      iat: now,
      exp: now + 300,
      nonce: code.nonce,
      fhirUser: `Practitioner/${who?.user ?? 'prac-1'}`,
      ...(options.sid && { sid: options.sid() }),
      ...misbehavior.idTokenClaims,
    }
    const typ = misbehavior.idTokenType ?? 'JWT'
    const idToken = misbehavior.unsigned
      ? new UnsecuredJWT(claims).encode()
      : await new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: jwk.kid, typ })
          .sign(misbehavior.foreignSignature ? foreign.privateKey : right.privateKey)

    return {
      ...fresh,
      ...(who && { access_token: `${who.user}.${fresh.access_token}` }),
      scope: 'launch openid fhirUser patient/*.rs offline_access',
      patient: who?.patient ?? 'pat-1',
      id_token: idToken,
      ...misbehavior.tokenMembers,
    }
  }

  return {
    ...server,
    fhirBaseUrl: `${server.origin}/fhir`,
    tokenRequests,
    revocations,
    fhirRequests,
    logoutToken(claims) {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: server.origin,
        aud: 'fake-client',
        iat: now,
        exp: now + 120,
        jti: randomBytes(8).toString('hex'),
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: jwk.kid, typ: 'logout+jwt' })
        .sign(right.privateKey)
    },
    changeSecret: (changed) => {
      clientSecret = changed
    },
    misbehave: (how) => {
      misbehavior = how
    },
  }
}

/** Whether a request is of the one client: by this secret, or with none to know it by. */
function isClient({ headers }: IncomingMessage, clientSecret: string | undefined): boolean {
  if (clientSecret === undefined) return true
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
  const parts = Buffer.from(encoded, 'base64').toString().split(':')
  const [id, secret] = parts.map((part) => new URLSearchParams(`part=${part}`).get('part'))
  return parts.length === 2 && id === 'fake-client' && secret === clientSecret
}

/** One Patient, one Practitioner, and an empty Bundle for all else. */
export function answerFhir({ url }: FhirRequestSeen, response: ServerResponse): void {
  const path = url.split('?', 1)[0] ?? ''
  const body = path.endsWith('/Patient/pat-1')
    ? {
        resourceType: 'Patient',
        id: 'pat-1',
        name: [{ use: 'official', family: 'Okonkwo', given: ['Adaeze', 'Ruth'] }],
        identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'MRN-0042' }],
        birthDate: '1984-02-11',
        gender: 'female',
      }
    : path.endsWith('/Practitioner/prac-1')
      ? {
          resourceType: 'Practitioner',
          id: 'prac-1',
          name: [{ family: 'Lindqvist', given: ['Maren'] }],
          identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
        }
      : { resourceType: 'Bundle', type: 'searchset', total: 0, link: [] }
  response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body))
}
