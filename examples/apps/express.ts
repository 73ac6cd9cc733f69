import {
  brokerClient,
  memorySessionStore,
  verifySsoMessage,
  verifyWebhook,
  visits,
} from '@sallyport/client'
import express, { type ErrorRequestHandler, type Express } from 'express'
import type { AppConfig } from './app-config.ts'
import { chartPage, launchAgainPage } from './chart.ts'
import { statusFor } from './status-for.ts'

/** An app on Express 5, which passes on what an async route throws. */
export function expressApp({
  origin,
  ssoSecret,
  destinationId,
  webhookSecret,
  ...me
}: AppConfig): Express {
  const broker = brokerClient(me)
  const desk = visits({ store: memorySessionStore() })
  const app = express()

  app.post('/sso', express.json(), async ({ headers, body }, response) => {
    const received = { authorization: headers.authorization, body }
    const trust = { secret: ssoSecret, audience: destinationId }
    const { message } = await verifySsoMessage(received, trust)
    response.redirect(302, `${origin}/start?token=${await desk.expect(message)}`)
  })

  // The signature is over the bytes, so the body stays as it came.
  app.post('/webhooks', express.text({ type: '*/*' }), async ({ headers, body }, response) => {
    const event = await verifyWebhook({ headers, body }, { secret: webhookSecret })
    if (event.type === 'session.ended' && event.session) await desk.end(event.session)
    response.sendStatus(204)
  })

  app.get('/start', async ({ query }, response) => {
    const visit = await desk.open(`${query['token']}`)
    if (!visit) return void response.status(403).send(launchAgainPage())
    response.set('set-cookie', visit.cookie).redirect(303, visit.path)
  })

  app.get('/s/:key', async ({ params, headers }, response) => {
    const visit = await desk.find(params.key, headers)
    if (!visit) return void response.status(403).send(launchAgainPage())
    response.set('cache-control', 'no-store').send(await chartPage(broker, visit))
  })

  app.post('/s/:key/sign-off', async ({ params, headers }, response) => {
    const visit = await desk.find(params.key, headers)
    if (visit) await broker.session(visit.message.Meta).end()
    await desk.end(params.key)
    response.status(200).send(launchAgainPage())
  })

  const onError: ErrorRequestHandler = (error, _request, response, _next) =>
    void response.sendStatus(statusFor(error))
  return app.use(onError)
}
