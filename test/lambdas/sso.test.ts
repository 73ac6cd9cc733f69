import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventFields } from '#core/event-log.ts'
import type { Happening } from '#core/events/broker-event.ts'
import { mintBinding } from '#core/launch/browser-binding.ts'
import type { OneTimeStore } from '#core/launch/one-time-store.ts'
import type { App, Connection, SsoDestination } from '#core/registry/registry.ts'
import { issueTicket, type TicketClear } from '#core/sso/issue-ticket.ts'
import { httpHandler } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { errorPage } from '#http/pages/error-page.ts'
import { ssoHandler } from '../../lambdas/sso/handler.ts'
import { aConnection, aHandOver, anApp, aRegistry, NOW } from '../fixtures.ts'
import { startFakeApp } from '../support/fake-app.ts'
import { joseSigner } from '../support/jose-signer.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'

const SECRET = 'the newest SSO secret, as it was typed ü'
const SIGNERS = { RS384: await joseSigner('RS384'), ES384: await joseSigner('ES384') }
const ERROR_URL = 'https://heartline.example/sorry?lang=en'
const LANDING_URL = 'https://heartline.example/landing'

interface Changes {
  readonly destination?: Partial<SsoDestination>
  readonly app?: Partial<App>
  readonly connection?: Partial<Connection>
  readonly egress?: (egress: Egress) => Egress
  readonly tickets?: (tickets: OneTimeStore<TicketClear>) => OneTimeStore<TicketClear>
  readonly secrets?: readonly string[]
  readonly endSession?: (id: string) => Promise<void>
}

async function setup(changes: Changes = {}) {
  const server = await startFakeApp()
  onTestFinished(() => server.close())
  const app = anApp({
    ssoDestination: {
      id: 'destination-1',
      name: 'Heartline sign-on',
      url: server.ssoUrl,
      redirectOrigins: [server.origin],
      secretRef: 'heartline',
      ...changes.destination,
    },
    ...changes.app,
  })

  const ended: string[] = []
  const told: Happening[] = []
  const metrics = recordingMetrics()
  const clock = { time: NOW }
  const now = () => clock.time
  const lines: { event: string; fields: EventFields | undefined }[] = []
  const write = (event: string, fields?: EventFields) => void lines.push({ event, fields })
  const log = { info: write, warn: write, error: write }
  const stored = memoryOneTimeStore<TicketClear>(now)
  const tickets = changes.tickets?.(stored) ?? stored
  const egress = createEgress({ upstreams: 'loopback' })
  const handler = httpHandler(
    ssoHandler({
      tickets,
      registry: aRegistry({ apps: [app], connections: [aConnection(changes.connection)] }),
      signers: Object.values(SIGNERS),
      secrets: memorySecretReader({ heartline: changes.secrets ?? [SECRET, 'the older one'] }),
      egress: changes.egress?.(egress) ?? egress,
      endSession: changes.endSession ?? (async (id) => void ended.push(id)),
      events: { emit: async (happening) => void told.push(happening) },
      metrics,
      publicBaseUrl: 'https://broker.example/live',
      allowLoopbackHttp: true,
      log,
      now,
    }),
    log,
    errorPage,
  )

  const { cookieName, cookieValue, cookieHash } = mintBinding('abcdefgh-the-rest')
  const { ticket } = await issueTicket(aHandOver(), { cookieName, cookieHash }, { tickets, now })
  const cookie = `other=1; ${cookieName}=${cookieValue.reveal()}`

  const post = (
    body: string,
    headers: Readonly<Record<string, string>> = { cookie },
    multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> = {},
  ) =>
    handler(
      {
        multiValueQueryStringParameters,
        requestContext: { requestId: 'reference-1' },
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body,
        isBase64Encoded: false,
      } as unknown as HttpRequest,
      {} as Context,
    )
  const hand = (headers?: Readonly<Record<string, string>>) =>
    post(`ticket=${ticket.reveal()}`, headers)

  return { server, clock, lines, cookie, cookieName, ticket, post, hand, ended, told, metrics }
}

/** Where a page moves on to. */
function nextOf({ body }: { readonly body: string }) {
  return /<a id="next"[^>]* href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')
}

const redirectTo = (location: string) => (response: ServerResponse) =>
  void response.writeHead(302, { location }).end()

const answerWith =
  (status: number, body = '') =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end(body)

describe('POST /sso', () => {
  it('tells the app who signed on, and moves the browser on to where the app says', async () => {
    const { server, hand, lines, cookieName } = await setup()

    const response = await hand()

    expect(response.statusCode).toBe(200)
    expect(nextOf(response)).toBe(`${server.origin}/welcome`)
    expect(server.messages).toMatchObject([
      {
        body: {
          Subject: 'user-8841',
          Meta: {
            SessionID: 'the-session-id',
            SessionBaseURL: 'https://broker.example/live/fhir/R4/general/Production',
          },
        },
      },
    ])
    expect(response.multiValueHeaders?.['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^${cookieName}=; Max-Age=0; Path=/; Secure`)),
    ])
    expect(lines).toEqual([
      {
        event: 'sso_dispatched',
        fields: {
          launchId: 'abcdefgh',
          connection: 'general-production',
          app: 'heartline',
          durationMs: expect.any(Number),
        },
      },
    ])
  })

  it('says the SessionID to the app alone, and nothing of it to the browser', async () => {
    const { server, hand } = await setup()

    const response = await hand()

    expect(JSON.stringify(server.messages)).toContain('the-session-id')
    expect(JSON.stringify(response)).not.toContain('the-session-id')
  })

  it('takes a ticket from a posted body, and from no address', async () => {
    const { server, ticket, post, hand, cookie } = await setup()
    const named = { ticket: [ticket.reveal()] }

    expect((await post('', { cookie }, named)).statusCode).toBe(400)
    expect(server.messages).toEqual([])
    expect((await hand()).statusCode).toBe(200)
  })

  it('signs with the newest secret, its text taken as bytes', async () => {
    const { server, hand } = await setup()

    await hand()

    const token = server.messages[0]?.authorization.replace(/^Bearer /, '') ?? ''
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' })
    const { payload } = await jwtVerify(token, Buffer.from(SECRET, 'utf8'), {
      currentDate: new Date(NOW * 1000),
      audience: 'destination-1',
      issuer: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
    })
    expect(payload).toMatchObject({ sub: 'user-8841', iat: NOW, exp: NOW + 900 })
  })

  it.each(['RS384', 'ES384'] as const)(
    'signs with our own key for %s where the app shares no secret',
    async (signature) => {
      const { server, hand } = await setup({ destination: { signature }, secrets: [] })

      await hand()

      const token = server.messages[0]?.authorization.replace(/^Bearer /, '') ?? ''
      const jwk = await SIGNERS[signature].publicJwk()
      const { payload, protectedHeader } = await jwtVerify(token, await importJWK(jwk), {
        algorithms: [signature],
        currentDate: new Date(NOW * 1000),
        audience: 'destination-1',
      })
      expect(protectedHeader).toEqual({ alg: signature, kid: jwk.kid, typ: 'JWT' })
      expect(payload).toMatchObject({ sub: 'user-8841', iat: NOW, exp: NOW + 900 })
    },
  )

  it('shows the secret itself, and no token, where the app takes a verification token', async () => {
    const secrets = ['verification-secret-1', 'the older one']
    const { server, hand, lines } = await setup({
      destination: { signature: 'verification-token' },
      secrets,
    })

    await hand()

    const { authorization, headers, body } = server.messages[0] ?? {}
    expect([authorization, headers?.['verification-token']]).toEqual(['', secrets[0]])
    expect(body).toMatchObject({ Subject: 'user-8841' })
    expect(JSON.stringify(lines)).not.toContain('verification-secret-1')
  })

  it('names each message, in token and body alike', async () => {
    const runs = [await setup(), await setup()]

    const ids: unknown[] = []
    for (const { hand, server } of runs) {
      await hand()
      const [message] = server.messages
      const { jti } = decodeJwt(message?.authorization.replace(/^Bearer /, '') ?? '')
      expect(message?.body.Meta).toMatchObject({
        Logs: [{ ID: jti, AttemptID: expect.any(String) }],
      })
      ids.push(jti)
    }

    expect(ids[0]).toMatch(/^[\da-f-]{36}$/)
    expect(ids[1]).not.toBe(ids[0])
  })

  it('shows the landing page of an app that has no page of its own', async () => {
    const { server, hand } = await setup({ connection: { landingUrl: LANDING_URL } })
    server.answer(answerWith(204))

    expect(nextOf(await hand())).toBe(LANDING_URL)
  })

  it('shows the page that the app answers with, where it is registered so, and clears the cookie', async () => {
    const { server, hand, cookieName, ended } = await setup({ destination: { showsHtml: true } })
    server.answer(answerWith(200, '<h1>Heartline</h1>'))

    const { body, headers, multiValueHeaders } = await hand()

    expect(body).toBe('<h1>Heartline</h1>')
    expect(headers?.['content-security-policy']).toMatch(/^sandbox allow-scripts /)
    expect(multiValueHeaders?.['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^${cookieName}=; Max-Age=0`)),
    ])
    expect(ended).toEqual([])
  })

  it('says that the app is ready where there is no page at all', async () => {
    const { server, hand, cookieName } = await setup()
    server.answer(answerWith(204))

    const response = await hand()

    expect(response.body).toContain('<h1>Heartline is ready</h1>')
    expect(nextOf(response)).toBeUndefined()
    expect(String(response.multiValueHeaders?.['set-cookie'])).toContain(`${cookieName}=;`)
  })
})

describe('a ticket', () => {
  it('is good once', async () => {
    const { server, hand } = await setup()
    await hand()

    const again = await hand()

    expect(again.statusCode).toBe(400)
    expect(again.body).toContain('already used')
    expect(again.body).toContain('reference-1')
    expect(server.messages).toHaveLength(1)
  })

  it('is good once among many at the same time', async () => {
    const { server, hand } = await setup()

    const responses = await Promise.all(Array.from({ length: 20 }, () => hand()))

    expect(responses.map(({ statusCode }) => statusCode).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 400),
    ])
    expect(server.messages).toHaveLength(1)
  })

  it.each([
    ['in another browser', { cookie: `__Host-sp-abcdefgh=${'x'.repeat(43)}` }],
    ['with the cookie of another launch only', { cookie: '__Host-sp-ijklmnop=y' }],
    ['without a cookie', {}],
  ])('is refused %s, and stays good for the right one', async (_case, headers) => {
    const { server, hand } = await setup()

    const refused = await hand(headers)

    expect(refused.statusCode).toBe(403)
    expect(refused.body).toContain('began in another browser')
    expect(server.messages).toHaveLength(0)
    expect((await hand()).statusCode).toBe(200)
  })

  it.each([
    ['unknown', 'ticket=no-such-ticket'],
    ['missing', ''],
    ['empty', 'ticket='],
    ['sent twice', 'ticket=a&ticket=a'],
  ])('is refused when it is %s', async (_case, body) => {
    const { post } = await setup()

    expect(await post(body)).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('This sign-on is not known here'),
    })
  })

  it('lives for two minutes', async () => {
    const { clock, hand } = await setup()

    clock.time = NOW + 120

    expect(await hand()).toMatchObject({
      statusCode: 400,
      body: expect.stringContaining('has expired'),
    })
    clock.time = NOW + 119
    expect((await hand()).statusCode).toBe(200)
  })

  it.each(['cross-site', 'same-site', 'none'])('is not taken from %s', async (site) => {
    const { cookie, hand, server } = await setup()

    const refused = await hand({ cookie, 'sec-fetch-site': site })

    expect(refused.statusCode).toBe(403)
    expect(server.messages).toHaveLength(0)
    expect((await hand({ cookie, 'Sec-Fetch-Site': 'same-origin' })).statusCode).toBe(200)
  })

  it('is taken from our own page, which has no origin to send', async () => {
    const { cookie, hand } = await setup()

    const response = await hand({ cookie, origin: 'null', 'sec-fetch-site': 'same-origin' })

    expect(response.statusCode).toBe(200)
  })

  it('is good although its ciphertext could not be removed', async () => {
    const { hand, lines } = await setup({
      tickets: (tickets) => ({ ...tickets, spend: () => Promise.reject(new Error('no answer')) }),
    })

    expect((await hand()).statusCode).toBe(200)
    expect(lines).toContainEqual({
      event: 'ticket_spend_failed',
      fields: { launchId: 'abcdefgh' },
    })
    expect((await hand()).body).toContain('already used')
  })

  it('leaves nothing under way when it answers, since a function then freezes', async () => {
    let told = false
    let spent = false
    const { hand } = await setup({
      egress: () => async () => {
        told = true
        return new Response(null, { status: 204 })
      },
      tickets: (tickets) => ({
        ...tickets,
        spend: async () => {
          while (!told) await setImmediate()
          for (let turn = 0; turn < 20; turn += 1) await setImmediate()
          spent = true
        },
      }),
    })

    await hand()

    expect(spent).toBe(true)
  })

  it('is refused when its app has no destination any more', async () => {
    const { hand, lines } = await setup({ connection: { app: 'another-app' } })

    expect((await hand()).statusCode).toBe(400)
    expect(lines).toMatchObject([{ fields: { launchId: 'abcdefgh', reason: 'registry_changed' } }])
  })
})

const REFUSED_ANSWERS: readonly [string, (response: ServerResponse) => void, string][] = [
  ['redirects to a foreign origin', redirectTo('https://evil.example/'), 'sso_redirect_refused'],
  ['redirects to a script', redirectTo('javascript:alert(1)'), 'sso_redirect_refused'],
  ['redirects to a relative address', redirectTo('/welcome'), 'sso_redirect_refused'],
  ['redirects to nowhere', answerWith(302), 'sso_redirect_refused'],
  ['shows a page', answerWith(200, '<h1>upstream-page</h1>'), 'sso_destination_refused'],
  ['refuses', answerWith(401, 'upstream-page'), 'sso_destination_refused'],
  ['fails', answerWith(500, 'upstream-page'), 'sso_destination_refused'],
  ['hangs up', (response) => void response.destroy(), 'sso_destination_unavailable'],
]

/** A sign-on that fails ends its session first. */
const SESSION_ENDED = expect.objectContaining({
  event: 'session_ended',
  fields: expect.objectContaining({ reason: 'sign-on-failed' }),
})

describe.each(REFUSED_ANSWERS)('an app that %s', (_case, answer, code) => {
  it('ends in a plain page with a reference that finds the log line', async () => {
    const { server, hand, lines, metrics } = await setup()
    server.answer(answer)

    const response = await hand()

    expect(response.statusCode).toBe(502)
    const outcome = code === 'sso_destination_unavailable' ? 'failed' : 'refused'
    expect(metrics.measures).toEqual([{ name: 'Dispatches', app: 'heartline', outcome }])
    expect(response.body).toContain('Reference: reference-1')
    expect(nextOf(response)).toBeUndefined()
    expect(JSON.stringify(response)).not.toMatch(/evil|javascript:|upstream-page/)
    expect(lines).toMatchObject([
      SESSION_ENDED,
      {
        event: 'request_failed',
        fields: { code, referenceId: 'reference-1', launchId: 'abcdefgh', app: 'heartline' },
      },
    ])
  })

  it('ends at its own error page, if it has one, with a code and a reference only', async () => {
    const { server, hand, lines, cookieName } = await setup({
      destination: { errorUrl: ERROR_URL },
    })
    server.answer(answer)

    const response = await hand()

    expect(nextOf(response)).toBe(`${ERROR_URL}&error=${code}&reference=reference-1`)
    expect(String(response.multiValueHeaders?.['set-cookie'])).toContain(`${cookieName}=;`)
    expect(lines).toMatchObject([SESSION_ENDED, { event: 'request_failed', fields: { code } }])
  })

  it('is told once', async () => {
    const { server, hand } = await setup()
    server.answer(answer)

    await hand()

    expect(server.messages).toHaveLength(1)
  })
})

describe('the session of a sign-on that failed', () => {
  const KEY = createHash('sha256').update('the-session-id').digest('base64url')

  it.each([
    ['refuses it', answerWith(500)],
    ['sends the browser elsewhere', redirectTo('https://evil.example/')],
    ['hangs up', (response: ServerResponse) => void response.destroy()],
  ])('ends when the app %s, and the app is told', async (_, answer) => {
    const { server, hand, ended, told } = await setup()
    server.answer(answer)

    expect((await hand()).statusCode).toBe(502)

    expect(ended).toEqual([KEY])
    expect(told).toEqual([
      {
        type: 'session.ended',
        reason: 'sign-on-failed',
        app: 'heartline',
        connection: 'general-production',
        session: KEY,
      },
    ])
  })

  it('ends too when the app has an error page, and a failure to end it changes nothing else', async () => {
    const destination = { errorUrl: ERROR_URL }
    const withPage = await setup({ destination })
    withPage.server.answer(answerWith(500))
    await withPage.hand()
    expect(withPage.ended).toEqual([KEY])

    const endSession = async () => {
      throw new Error('the table is away')
    }
    const { server, hand, lines, told } = await setup({ endSession })
    server.answer(answerWith(500))
    expect((await hand()).statusCode).toBe(502)
    expect(lines.map(({ event }) => event)).toContain('session_end_failed')
    expect(told).toEqual([])
  })

  it('lives on when the app takes it', async () => {
    const { hand, ended, metrics } = await setup()
    await hand()

    expect(ended).toEqual([])
    expect(metrics.measures).toEqual([
      { name: 'Dispatches', app: 'heartline', outcome: 'delivered' },
    ])
  })
})

describe('an app that is down', () => {
  it('is tried once more, and ends in a plain page', async () => {
    let attempts = 0
    const { server, hand } = await setup({
      egress:
        (egress) =>
        (...request) => {
          attempts += 1
          return egress(...request)
        },
    })
    await server.close()

    const response = await hand()

    expect(response.statusCode).toBe(502)
    expect(response.body).toContain('The app could not be reached')
    expect(attempts).toBe(2)
  })

  it('is reached the second time, when the first never left', async () => {
    let attempts = 0
    const { server, hand } = await setup({
      egress:
        (egress) =>
        async (...request) => {
          attempts += 1
          if (attempts === 1) {
            throw new BrokerError('upstream_unavailable', { detail: { reason: 'ECONNREFUSED' } })
          }
          return egress(...request)
        },
    })

    expect(nextOf(await hand())).toBe(`${server.origin}/welcome`)
    expect(server.messages).toHaveLength(1)
  })

  it('is not told again when it may have been told', async () => {
    let attempts = 0
    const { hand } = await setup({
      egress: () => async () => {
        attempts += 1
        throw new BrokerError('upstream_timeout')
      },
    })

    expect((await hand()).statusCode).toBe(502)
    expect(attempts).toBe(1)
  })

  it('is not reached where the stack may not go', async () => {
    const { hand, lines } = await setup({ destination: { url: 'https://192.0.2.1/sso' } })

    expect((await hand()).statusCode).toBe(502)
    expect(lines).toMatchObject([
      SESSION_ENDED,
      { fields: { code: 'sso_destination_unavailable', reason: 'upstream_refused address' } },
    ])
  })
})

describe('an app whose secret is not set', () => {
  it('is told nothing', async () => {
    const { server, hand, lines } = await setup({ secrets: [] })

    expect((await hand()).statusCode).toBe(500)
    expect(server.messages).toHaveLength(0)
    expect(lines).toMatchObject([
      SESSION_ENDED,
      { fields: { code: 'internal_error', reason: 'secret_missing' } },
    ])
  })
})

describe('what is logged', () => {
  it('has no ticket, cookie, SessionID, token or person in it', async () => {
    const { hand, lines, ticket, cookie, server } = await setup()
    await hand()
    server.answer(answerWith(500))
    await hand()

    const logged = JSON.stringify(lines)
    for (const secret of [
      ticket.reveal(),
      cookie.split('=').at(-1) ?? '',
      'the-session-id',
      'user-8841',
      SECRET,
      server.messages[0]?.authorization.split('.').at(-1) ?? '',
    ]) {
      expect(secret).not.toBe('')
      expect(logged).not.toContain(secret)
    }
  })
})
