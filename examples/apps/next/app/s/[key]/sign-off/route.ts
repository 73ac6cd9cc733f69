import { launchAgainPage } from '../../../../../chart.ts'
import { htmlAnswer, sallyport } from '../../../../lib/sallyport.ts'

interface Context {
  readonly params: Promise<{ readonly key: string }>
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { broker, desk } = sallyport()
  const { key } = await params
  const visit = await desk.find(key, request)
  if (visit) await broker.session(visit.message.Meta).end()
  await desk.end(key)
  return htmlAnswer(launchAgainPage())
}
