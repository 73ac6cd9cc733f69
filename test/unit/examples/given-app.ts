import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Webhook } from 'standardwebhooks'
import { vi } from 'vitest'
import { startServer, webListener } from '#sandbox/web/server.ts'
import type { AppConfig } from '../../../examples/apps/app-config.ts'
import { expressApp } from '../../../examples/apps/express.ts'
import { fastifyApp } from '../../../examples/apps/fastify.ts'
import { fortyLines } from '../../../examples/apps/forty-lines.ts'
import { honoApp } from '../../../examples/apps/hono.ts'
import { readBody, serve } from '../../support/http-server.ts'

const SSO_SECRET = 'an SSO secret of at least thirty-two characters'
const DESTINATION_ID = '6f6f0a2e-5d40-4f8e-9d52-0f2c6f6c1a11'
const WEBHOOK_SECRET = `whsec_${Buffer.from('a webhook secret of 24 bytes or more').toString('base64')}`

const { privateKey } = await generateKeyPair('ES384', { extractable: true })
const KEY = { ...(await exportJWK(privateKey)), alg: 'ES384', kid: 'key-1' }

/** An example that is up. */
interface Running {
  readonly origin: string
  close(): Promise<unknown>
}

/** How each example is started; its address is known to it only then, as it is to no test before. */
export const EXAMPLES: Readonly<Record<string, (config: AppConfig) => Promise<Running>>> = {
  'forty-lines': (config) => served(fortyLines(config)),
  express: async (config) => {
    const server = expressApp(config).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      origin: `http://127.0.0.1:${port}`,
      close: () =>
        new Promise((resolve) => {
          server.close(resolve)
          server.closeAllConnections()
        }),
    }
  },
  fastify: async (config) => {
    const app = fastifyApp(config)
    app.addHook('preClose', async () => app.server.closeAllConnections())
    return { origin: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
  },
  hono: (config) => {
    const app = honoApp(config)
    return served(async (request) => app.fetch(request))
  },
  // Next itself is not installed (150 MB): its route handlers are called as Next calls them.
  next: async (config) => {
    vi.resetModules()
    const [sso, webhooks, start, chart, signOff] = await Promise.all([
      import('../../../examples/apps/next/app/sso/route.ts'),
      import('../../../examples/apps/next/app/webhooks/route.ts'),
      import('../../../examples/apps/next/app/start/route.ts'),
      import('../../../examples/apps/next/app/s/[key]/route.ts'),
      import('../../../examples/apps/next/app/s/[key]/sign-off/route.ts'),
    ])
    for (const [name, value] of Object.entries(environmentOf(config))) vi.stubEnv(name, value)
    return served(async (request) => {
      const { pathname } = new URL(request.url)
      const [, key = '', below] = /^\/s\/([\w-]+)(\/sign-off)?$/.exec(pathname) ?? []
      const context = { params: Promise.resolve({ key }) }
      if (pathname === '/sso') return sso.POST(request)
      if (pathname === '/webhooks') return webhooks.POST(request)
      if (pathname === '/start') return start.GET(request)
      return below ? signOff.POST(request, context) : chart.GET(request, context)
    })
  },
}

function served(handle: (request: Request) => Promise<Response>): Promise<Running> {
  return startServer(0, (origin) => webListener(origin, handle))
}

function environmentOf(config: AppConfig): Readonly<Record<string, string>> {
  return {
    APP_ORIGIN: config.origin,
    SALLYPORT_BASE: config.base,
    SALLYPORT_CLIENT_ID: config.clientId,
    SALLYPORT_KEY: JSON.stringify(config.key),
    SSO_SECRET: config.ssoSecret,
    SSO_DESTINATION_ID: config.destinationId,
    WEBHOOK_SECRET: config.webhookSecret,
  }
}

/** What the broker was asked, below its base. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly authorization: string
}

/** An example with a broker, as far as an app sees one, that answers with two observations. */
export async function givenApp(name: string) {
  const asked: Asked[] = []
  const state = { isOver: false }
  const broker = await serve(async (request, response) => {
    const { method = '', url = '', headers } = request
    const body = await readBody(request)
    const json = (value: unknown, status = 200) =>
      void response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(value))
    if (url === '/live/auth/token') {
      const session = new URLSearchParams(body).get('session')
      return state.isOver
        ? json({ error: 'invalid_grant' }, 400)
        : json({ access_token: `token-of-${session}`, expires_in: 300 })
    }
    asked.push({ method, url, authorization: headers.authorization ?? '' })
    if (state.isOver) return json({}, 401)
    if (method === 'DELETE') return void response.writeHead(204).end()
    json({ resourceType: 'Bundle', total: 2, entry: [observation('Pulse'), observation('Weight')] })
  })

  const base = `${broker.origin}/live`
  const me = { base, clientId: 'app-server', key: KEY, destinationId: DESTINATION_ID }
  const secrets = { ssoSecret: SSO_SECRET, webhookSecret: WEBHOOK_SECRET }
  const running = await EXAMPLES[name]?.({ ...me, ...secrets, origin: 'https://app.example' })
  if (!running) throw new Error(`no example ${name}`)
  const { origin } = running
  const at = (path: string, init: RequestInit = {}) =>
    fetch(origin + path, { redirect: 'manual', ...init })

  return {
    asked,
    at,
    end: () => {
      state.isOver = true
    },
    /** The broker's SSO message about a session; `audience` makes it another app's. */
    sso: async (session: string, audience = DESTINATION_ID) =>
      at('/sso', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await ssoToken(audience)}`,
        },
        body: JSON.stringify(ssoMessage(base, session)),
      }),
    /** The broker's event that a session has ended, signed unless another secret is given. */
    webhook: (session: string, secret = WEBHOOK_SECRET) => {
      const body = JSON.stringify({ id: 'msg_1', type: 'session.ended', session })
      const sentAt = new Date()
      return at('/webhooks', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': 'msg_1',
          'webhook-timestamp': `${Math.floor(sentAt.getTime() / 1000)}`,
          'webhook-signature': new Webhook(secret).sign('msg_1', sentAt, body),
        },
        body,
      })
    },
    close: async () => {
      await running.close()
      await broker.close()
    },
  }
}

function observation(text: string) {
  return { resource: { resourceType: 'Observation', code: { text } } }
}

function ssoToken(audience: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('helen-brandt')
    .setAudience(audience)
    .setExpirationTime('15m')
    .sign(new TextEncoder().encode(SSO_SECRET))
}

function ssoMessage(base: string, SessionID: string) {
  const SessionBaseURL = `${base}/fhir/R4/general/Development`
  return {
    Meta: { DataModel: 'SSO', EventType: 'Sign-on', SessionID, SessionBaseURL },
    Subject: 'helen-brandt',
    Patient: {
      Identifiers: [{ ID: 'rosa', IDType: 'FHIR' }],
      Demographics: { FirstName: 'Rosa <b>', LastName: `Of ${SessionID}` },
    },
  }
}
