import { chartPage, launchAgainPage } from '../../../../chart.ts'
import { htmlAnswer, sallyport } from '../../../lib/sallyport.ts'

interface Context {
  readonly params: Promise<{ readonly key: string }>
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { broker, desk } = sallyport()
  const visit = await desk.find((await params).key, request)
  return visit ? htmlAnswer(await chartPage(broker, visit)) : htmlAnswer(launchAgainPage(), 403)
}
