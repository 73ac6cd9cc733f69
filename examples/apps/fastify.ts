import {
  brokerClient,
  memorySessionStore,
  verifySsoMessage,
  verifyWebhook,
  visits,
} from '@sallyport/client'
import { fastify } from 'fastify'
import type { AppConfig } from './app-config.ts'
import { chartPage, launchAgainPage } from './chart.ts'
import { statusFor } from './status-for.ts'

interface Visited {
  readonly Params: { readonly key: string }
}

/** An app on Fastify 5. */
export function fastifyApp({ origin, ssoSecret, destinationId, webhookSecret, ...me }: AppConfig) {
  const broker = brokerClient(me)
  const desk = visits({ store: memorySessionStore() })
  const app = fastify()

  // As text: a webhook's signature is over the bytes. The browser's forms have no fields.
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
  }
  app.setErrorHandler((error, _request, reply) => reply.code(statusFor(error)).send())

  app.post('/sso', async ({ headers, body }, reply) => {
    const received = { authorization: headers.authorization, body }
    const trust = { secret: ssoSecret, audience: destinationId }
    const { message } = await verifySsoMessage(received, trust)
    return reply.redirect(`${origin}/start?token=${await desk.expect(message)}`, 302)
  })

  app.post<{ Body: string }>('/webhooks', async ({ headers, body }, reply) => {
    const event = await verifyWebhook({ headers, body }, { secret: webhookSecret })
    if (event.type === 'session.ended' && event.session) await desk.end(event.session)
    return reply.code(204).send()
  })

  app.get<{ Querystring: { token?: string } }>('/start', async ({ query }, reply) => {
    const visit = await desk.open(query.token ?? '')
    if (!visit) return reply.code(403).type('text/html').send(launchAgainPage())
    return reply.header('set-cookie', visit.cookie).redirect(visit.path, 303)
  })

  app.get<Visited>('/s/:key', async ({ params, headers }, reply) => {
    const visit = await desk.find(params.key, headers)
    if (!visit) return reply.code(403).type('text/html').send(launchAgainPage())
    void reply.header('cache-control', 'no-store').type('text/html')
    return reply.send(await chartPage(broker, visit))
  })

  app.post<Visited>('/s/:key/sign-off', async ({ params, headers }, reply) => {
    const visit = await desk.find(params.key, headers)
    if (visit) await broker.session(visit.message.Meta).end()
    await desk.end(params.key)
    return reply.type('text/html').send(launchAgainPage())
  })

  return app
}
