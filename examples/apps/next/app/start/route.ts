import { launchAgainPage } from '../../../chart.ts'
import { htmlAnswer, sallyport } from '../../lib/sallyport.ts'

export async function GET(request: Request): Promise<Response> {
  const visit = await sallyport().desk.open(new URL(request.url).searchParams.get('token') ?? '')
  if (!visit) return htmlAnswer(launchAgainPage(), 403)
  const headers = { location: visit.path, 'set-cookie': visit.cookie }
  return new Response(null, { status: 303, headers })
}
