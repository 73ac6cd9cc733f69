import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { type LoopbackServer, readBody, serve } from './http-server.ts'

/** An SSO message as the app's endpoint got it. */
export interface SsoMessageSeen {
  readonly authorization: string
  readonly headers: IncomingHttpHeaders
  readonly body: SsoBody
}

/** A webhook as the app's server got it. */
export interface WebhookSeen {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** The members of the body that the tests look at. */
interface SsoBody {
  readonly Meta: { readonly SessionID: string; readonly SessionBaseURL: string }
  readonly [member: string]: unknown
}

export interface FakeApp extends LoopbackServer {
  readonly ssoUrl: string
  readonly clientId: string
  /** What the broker's registry gets: the public key only. */
  readonly jwks: { readonly keys: readonly JWK[] }
  readonly messages: readonly SsoMessageSeen[]
  readonly webhookUrl: string
  readonly webhooks: readonly WebhookSeen[]
  /** Its answer to SSO messages from now on; by default a 302 to its own `/welcome`. */
  answer(how: (response: ServerResponse) => void): void
  /** Its answer to webhooks from now on; by default 204. */
  answerWebhooks(how: (response: ServerResponse) => void): void
  /** A client assertion for the broker's token endpoint. */
  assertion(audience: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
}

/** An app's server: takes SSO messages as it is told to, and can prove itself to the broker. */
export async function startFakeApp(clientId = 'heartline-server'): Promise<FakeApp> {
  const { publicKey, privateKey } = await generateKeyPair('ES384')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'app-1', alg: 'ES384', use: 'sig' }
  const messages: SsoMessageSeen[] = []
  const webhooks: WebhookSeen[] = []
  let jti = 0
  let answerWebhook = (response: ServerResponse): void => {
    response.writeHead(204).end()
  }
  let answer = (response: ServerResponse) => {
    response.writeHead(302, { location: `${server.origin}/welcome` }).end()
  }

  const server = await serve(async (request, response) => {
    if (request.method === 'POST' && request.url === '/sso') {
      messages.push({
        authorization: request.headers.authorization ?? '',
        headers: request.headers,
        body: JSON.parse(await readBody(request)),
      })
      return answer(response)
    }
    if (request.method === 'POST' && request.url === '/webhooks') {
      webhooks.push({ headers: request.headers, body: await readBody(request) })
      return answerWebhook(response)
    }
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`at ${request.url}`)
  })

  return {
    ...server,
    ssoUrl: `${server.origin}/sso`,
    clientId,
    jwks: { keys: [jwk] },
    messages,
    webhookUrl: `${server.origin}/webhooks`,
    webhooks,
    answerWebhooks: (how) => {
      answerWebhook = how
    },
    answer: (how) => {
      answer = how
    },
    assertion: (audience, claims = {}) => {
      jti += 1
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: clientId,
        sub: clientId,
        aud: audience,
        iat: now,
        exp: now + 120,
        jti: `assertion-${clientId}-${now}-${jti}`,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES384', kid: 'app-1', typ: 'JWT' })
        .sign(privateKey)
    },
  }
}
