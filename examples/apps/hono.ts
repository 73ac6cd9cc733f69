import {
  brokerClient,
  memorySessionStore,
  verifySsoMessage,
  verifyWebhook,
  visits,
} from '@sallyport/client'
import { Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppConfig } from './app-config.ts'
import { chartPage, launchAgainPage } from './chart.ts'
import { statusFor } from './status-for.ts'

/** An app on Hono, on whatever Hono runs: Node, Deno, Bun, Lambda, Workers. */
export function honoApp({
  origin,
  ssoSecret,
  destinationId,
  webhookSecret,
  ...me
}: AppConfig): Hono {
  const broker = brokerClient(me)
  const desk = visits({ store: memorySessionStore() })
  const app = new Hono()

  app.onError((error, c) => c.body(null, statusFor(error) as ContentfulStatusCode))

  app.post('/sso', async (c) => {
    const trust = { secret: ssoSecret, audience: destinationId }
    const { message } = await verifySsoMessage(c.req.raw, trust)
    return c.redirect(`${origin}/start?token=${await desk.expect(message)}`, 302)
  })

  app.post('/webhooks', async (c) => {
    const event = await verifyWebhook(c.req.raw, { secret: webhookSecret })
    if (event.type === 'session.ended' && event.session) await desk.end(event.session)
    return c.body(null, 204)
  })

  app.get('/start', async (c) => {
    const visit = await desk.open(c.req.query('token') ?? '')
    if (!visit) return c.html(launchAgainPage(), 403)
    c.header('set-cookie', visit.cookie)
    return c.redirect(visit.path, 303)
  })

  app.get('/s/:key', async (c) => {
    const visit = await desk.find(c.req.param('key'), c.req.raw)
    if (!visit) return c.html(launchAgainPage(), 403)
    c.header('cache-control', 'no-store')
    return c.html(await chartPage(broker, visit))
  })

  app.post('/s/:key/sign-off', async (c) => {
    const visit = await desk.find(c.req.param('key'), c.req.raw)
    if (visit) await broker.session(visit.message.Meta).end()
    await desk.end(c.req.param('key'))
    return c.html(launchAgainPage())
  })

  return app
}
