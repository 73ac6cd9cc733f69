import * as sallyport from '@sallyport/client'
import type { AppConfig } from './app-config.ts'

/** A whole app, from a `Request` to a `Response`: it signs people on, shows a chart, and forgets them. */
export function fortyLines({ origin, ssoSecret, destinationId, webhookSecret, ...me }: AppConfig) {
  const broker = sallyport.brokerClient(me)
  const desk = sallyport.visits({ store: sallyport.memorySessionStore() })
  const again = () => new Response('Launch the app again from the EHR.', { status: 403 })

  return async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url)
    try {
      if (pathname === '/sso') {
        const trust = { secret: ssoSecret, audience: destinationId }
        const { message } = await sallyport.verifySsoMessage(request, trust)
        return Response.redirect(`${origin}/start?token=${await desk.expect(message)}`, 302)
      }
      if (pathname === '/webhooks') {
        const event = await sallyport.verifyWebhook(request, { secret: webhookSecret })
        if (event.type === 'session.ended' && event.session) await desk.end(event.session)
        return new Response(null, { status: 204 })
      }
      if (pathname === '/start') {
        const opened = await desk.open(searchParams.get('token') ?? '')
        if (!opened) return again()
        const { path: location, cookie } = opened
        return new Response(null, { status: 303, headers: { location, 'set-cookie': cookie } })
      }
      const visit = await desk.find(pathname.replace('/s/', ''), request)
      if (!visit) return again()
      const session = broker.session(visit.message.Meta)
      const search = 'Observation?code=http://loinc.org|8867-4'
      const { total } = await session.json<sallyport.FhirBundle>(search)
      return new Response(`${visit.message.Patient?.Demographics?.LastName}: ${total} heart rates`)
    } catch (error) {
      if (!(error instanceof sallyport.ClientError)) throw error
      return new Response(error.message, { status: error.code === 'message_invalid' ? 400 : 401 })
    }
  }
}
