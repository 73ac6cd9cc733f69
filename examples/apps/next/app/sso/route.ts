import { verifySsoMessage } from '@sallyport/client'
import { statusFor } from '../../../status-for.ts'
import { sallyport } from '../../lib/sallyport.ts'

export async function POST(request: Request): Promise<Response> {
  const { config, desk } = sallyport()
  const trust = { secret: config.ssoSecret, audience: config.destinationId }
  try {
    const { message } = await verifySsoMessage(request, trust)
    return Response.redirect(`${config.origin}/start?token=${await desk.expect(message)}`, 302)
  } catch (error) {
    return new Response(null, { status: statusFor(error) })
  }
}
