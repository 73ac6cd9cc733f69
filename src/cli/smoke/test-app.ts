import { randomUUID } from 'node:crypto'
import { createRemoteJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import type { Part } from './received.ts'

/** `Meta` of an SSO message, as far as it is used here. */
interface SignedOn {
  readonly SessionID: string
  readonly SessionBaseURL: string
}

/** An app's server: it takes sign-ons, and proves itself to the broker. */
export interface TestApp {
  readonly clientId: string
  readonly jwks: { readonly keys: readonly JWK[] }
  readonly destinationId: string
  readonly ssoUrl: string
  readonly origin: string
  /** The sign-ons whose proof was right. */
  readonly signOns: readonly SignedOn[]
  /** A client assertion (RFC 7523) for a token endpoint. */
  assertion(audience: string): Promise<string>
  readonly serve: Part
}

export async function testApp({
  base,
  origin,
  messagesJwksUrl,
}: {
  readonly base: string
  readonly origin: string
  readonly messagesJwksUrl: string
}): Promise<TestApp> {
  const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
  const header = { alg: 'ES384', kid: 'smoke-app' }
  const clientId = `smoke-app-${randomUUID()}`
  const destinationId = randomUUID()
  const keys = createRemoteJWKSet(new URL(messagesJwksUrl))
  const signOns: SignedOn[] = []

  return {
    clientId,
    destinationId,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...header, use: 'sig' }] },
    ssoUrl: `${base}/app/sso`,
    origin,
    signOns,
    assertion: (audience) =>
      new SignJWT()
        .setProtectedHeader(header)
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(audience)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('2m')
        .sign(privateKey),
    async serve({ path, headers, body }, response) {
      if (!path.startsWith('/app/')) return false
      if (path !== '/app/sso') {
        response.writeHead(200, { 'content-type': 'text/plain' }).end('Signed on.')
        return true
      }
      const [, token = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
      try {
        await jwtVerify(token, keys, { audience: destinationId, algorithms: ['ES384'] })
      } catch {
        response.writeHead(401).end()
        return true
      }
      signOns.push(JSON.parse(body).Meta)
      response.writeHead(302, { location: `${base}/app/welcome` }).end()
      return true
    },
  }
}
