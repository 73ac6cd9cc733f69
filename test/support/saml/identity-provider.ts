import type { IncomingMessage, ServerResponse } from 'node:http'
import samlp from 'samlp'
import { type LoopbackServer, readBody, serve } from '../http-server.ts'
import { type IdpKey, idpKey } from './keys.ts'

/** The provider's user, as samlp takes one. */
const USER = {
  id: 'dr.okafor',
  displayName: 'Joseph Okafor',
  name: { givenName: 'Joseph', familyName: 'Okafor' },
  emails: [{ value: 'j.okafor@general.example' }],
  patient: 'MRN-0042',
  fhirPatient: 'pat-9',
  encounter: 'enc-1',
}

/** What a test changes of how the provider answers; samlp's own options. */
interface Answering {
  readonly signAssertion?: boolean
  readonly signResponse?: boolean
  readonly encryptionAlgorithm?: string
  /** To the key of the service provider's metadata. */
  readonly encrypts?: boolean
}

export interface IdentityProvider extends LoopbackServer {
  readonly entityId: string
  readonly metadataUrl: string
  readonly key: IdpKey
  /** Signed requests that it got, by their ids. */
  readonly requests: readonly string[]
  /** Logout responses that it got, signed, and found to be right. */
  readonly logoutsDone: () => number
  /** Names the person alone in logouts from now on, and none of their sessions so far. */
  forgetSessions(): void
  /** From now on. */
  answer(how: Answering): void
  /** Has read the metadata of the service provider, as its administrator does. */
  meet(metadata: string): void
  /** Where a sign-on begins that nobody asked for. */
  readonly startUrl: string
  /** Where the person signs off. */
  readonly logoutUrl: string
}

const DEFAULT: Answering = { signAssertion: true, signResponse: false }

/** An identity provider by `samlp`, on loopback: signs everybody on as one person. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const key = await idpKey()
  const cert = pem(key.certificate)
  let how = DEFAULT
  let known = { entityId: '', acs: '', slo: '', signing: '', encryption: '' }
  const requests: string[] = []
  const participants: { sessionIndex?: string; readonly [member: string]: unknown }[] = []
  const states = new Map<string, unknown>()
  let logoutsDone = 0

  const server = await serve(async (request, response) => {
    const url = new URL(request.url ?? '/', server.origin)
    const express = await asExpress(request, url, server.origin)
    const handle = handlers[url.pathname]
    if (!handle) return response.writeHead(404).end()
    return handle(express, answerOf(response), (error) =>
      response.writeHead(500).end(String(error)),
    )
  })
  const entityId = `${server.origin}/entity`

  const identity = {
    issuer: entityId,
    cert,
    key: key.privatePem,
    getPostURL: (
      _audience: string,
      _dom: unknown,
      _request: unknown,
      done: (error: unknown, url: string) => void,
    ) => done(null, known.acs),
    getUserFromRequest: () => USER,
  }
  const answering = (sessionIndex: string) => {
    const { encrypts, ...options } = how
    return {
      ...identity,
      ...options,
      sessionIndex,
      recipient: known.acs,
      destination: known.acs,
      lifetimeInSeconds: 300,
      nameIdentifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      ...(encrypts && {
        encryptionCert: pem(known.encryption),
        encryptionPublicKey: pem(known.encryption),
        disallowEncryptionWithInsecureAlgorithm: false,
        warnOnInsecureEncryptionAlgorithm: false,
      }),
    }
  }
  const begin = () => {
    const sessionIndex = `_session-${participants.length + 1}`
    participants.push({
      serviceProviderId: known.entityId,
      sessionIndex,
      nameId: USER.id,
      nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      serviceProviderLogoutURL: known.slo,
      cert: pem(known.signing),
    })
    return sessionIndex
  }

  const handlers: Readonly<Record<string, ReturnType<typeof samlp.auth>>> = {
    '/frame': (request, response) =>
      response.send(`<iframe src="${request.query['src']}"></iframe>`),
    '/metadata': samlp.metadata({
      ...identity,
      redirectEndpointPath: '/sso',
      postEndpointPath: '/sso',
      logoutEndpointPaths: { redirect: '/logout' },
    }),
    // It verifies the request's signature by the certificate of the metadata that it has met.
    '/sso': (request, response, next) =>
      samlp.auth({
        ...answering(begin()),
        signingCert: known.signing,
        responseHandler: (xml: Buffer, { inResponseTo }: { inResponseTo: string }) => {
          requests.push(inResponseTo)
          response.send(
            form(known.acs, {
              SAMLResponse: xml.toString('base64'),
              RelayState: request.query['RelayState'] ?? '',
            }),
          )
        },
      })(request, response, next),
    '/start': (_request, response, next) =>
      samlp.getSamlResponse(
        {
          ...answering(begin()),
          audience: known.entityId,
          signatureAlgorithm: 'rsa-sha256',
          digestAlgorithm: 'sha256',
        },
        USER,
        (error, xml) =>
          error
            ? next(error)
            : response.send(
                form(known.acs, {
                  SAMLResponse: Buffer.from(xml).toString('base64'),
                  RelayState: 'https://evil.example/',
                }),
              ),
      ),
    // It verifies a signature where there is one, and asks for none.
    '/logout': (request, response, next) => {
      if (request.query['SAMLResponse'] && !request.query['Signature']) {
        return next(new Error('a logout response that nobody signed'))
      }
      return samlp.logout({
        ...identity,
        deflate: true,
        protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
        sessionParticipants: sessionParticipants(participants),
        store: stateStore(states),
        clearIdPSession: (done: () => void) => {
          logoutsDone += 1
          done()
        },
      })(request, response, next)
    },
  }

  return {
    ...server,
    entityId,
    metadataUrl: `${server.origin}/metadata`,
    startUrl: `${server.origin}/start`,
    logoutUrl: `${server.origin}/logout`,
    key,
    requests,
    logoutsDone: () => logoutsDone,
    forgetSessions() {
      for (const participant of participants) delete participant.sessionIndex
    },
    answer(changed) {
      how = { ...DEFAULT, ...changed }
    },
    meet(metadata) {
      const read = (pattern: RegExp) => pattern.exec(metadata)?.[1] ?? ''
      known = {
        entityId: read(/entityID="([^"]+)"/),
        acs: read(/AssertionConsumerService [^>]*Location="([^"]+)"/),
        slo: read(/SingleLogoutService [^>]*Location="([^"]+)"/),
        signing: read(/use="signing">.*?X509Certificate>([^<]+)</),
        encryption: read(/use="encryption">.*?X509Certificate>([^<]+)</),
      }
    },
  }
}

async function asExpress(request: IncomingMessage, url: URL, origin: string) {
  const { method = 'GET', headers } = request
  const body = method === 'POST' ? await readBody(request) : ''
  return {
    method,
    headers: { ...headers, host: new URL(origin).host },
    query: Object.fromEntries(url.searchParams),
    body: Object.fromEntries(new URLSearchParams(body)),
    originalUrl: `${url.pathname}${url.search}`,
    protocol: 'http',
  }
}

function answerOf(response: ServerResponse) {
  return {
    set: (name: string, value: string) => response.setHeader(name, value),
    send: (body: unknown) =>
      typeof body === 'number'
        ? response.writeHead(body).end()
        : response.setHeader('content-type', 'text/html').end(String(body)),
    redirect: (location: string) => response.writeHead(302, { location }).end(),
  }
}

function form(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  )
  return `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`
}

/** Who is signed on where, as samlp asks for it; its own class is not exported. */
function sessionParticipants(list: unknown[]) {
  type Participant = { readonly sessionIndex: string }
  return {
    hasElements: () => list.length > 0,
    getFirst: (done: (error: unknown, one: unknown) => void) => done(null, list[0]),
    get: (
      _issuer: string,
      indexes: readonly string[],
      _nameId: string,
      done: (error: unknown, one: unknown) => void,
    ) =>
      done(
        null,
        list.find((one) => indexes.includes((one as Participant).sessionIndex)),
      ),
    remove: (_issuer: string, index: string, _nameId: string, done: () => void) => {
      const at = list.findIndex((one) => (one as Participant).sessionIndex === index)
      if (at >= 0) list.splice(at, 1)
      done()
    },
  }
}

/** What samlp keeps between a logout request and its answer. */
function stateStore(states: Map<string, unknown>) {
  return {
    save(_request: unknown, state: unknown, done: (error: unknown, key: string) => void) {
      const key = `state-${states.size + 1}`
      states.set(key, state)
      done(null, key)
    },
    load(_request: unknown, key: string, ...rest: readonly unknown[]) {
      const done = rest.at(-1) as (error: unknown, state: unknown) => void
      done(null, states.get(key))
    },
  }
}

function pem(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${(certificate.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`
}
