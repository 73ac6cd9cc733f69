import { verifyWebhook } from '@sallyport/client'
import { statusFor } from '../../../status-for.ts'
import { sallyport } from '../../lib/sallyport.ts'

export async function POST(request: Request): Promise<Response> {
  const { config, desk } = sallyport()
  try {
    const event = await verifyWebhook(request, { secret: config.webhookSecret })
    if (event.type === 'session.ended' && event.session) await desk.end(event.session)
    return new Response(null, { status: 204 })
  } catch (error) {
    return new Response(null, { status: statusFor(error) })
  }
}
