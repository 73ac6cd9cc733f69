import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { hold } from './checks.ts'

interface Visit {
  readonly status: number
  readonly location: string | undefined
  readonly page: string
}

/**
 * Walks through a launch as a person's browser does: redirects, cookies, and the form that posts
 * itself.
 *
 * @throws SmokeFailure at the step that goes wrong
 */
export async function walkLaunch(launchUrl: string): Promise<void> {
  const jar = new Map<string, string>()
  const begun = await visit(launchUrl, jar)
  hold(begun.location !== undefined, `the launch did not begin: ${begun.status}`)
  const allowed = await visit(begun.location, new Map())
  hold(allowed.location !== undefined, `the test EHR did not answer the launch: ${allowed.status}`)
  const handOver = await visit(allowed.location, jar)
  const form = /<form[^>]* action="([^"]+)"[\s\S]*?<\/form>/i.exec(handOver.page)
  const field = /<input[^>]* name="([^"]+)" value="([^"]*)"/i.exec(form?.[0] ?? '')
  hold(form !== null && field !== null, `no hand-over after the redirect: ${handOver.status}`)
  const [, name = '', value = ''] = field
  const action = new URL(form[1] ?? '', allowed.location).href
  const done = await visit(action, jar, new URLSearchParams({ [name]: value }).toString())
  hold(done.status < 400, `the sign-on was not handed to the app: ${done.status}`)
}

/** `fetch` would send Fetch Metadata of its own, and none of a navigation. */
async function visit(url: string, jar: Map<string, string>, form?: string): Promise<Visit> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await send(url, form, {
    'sec-fetch-mode': 'navigate',
    ...(cookie && { cookie }),
    ...(form !== undefined && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': `${Buffer.byteLength(form)}`,
      'sec-fetch-site': 'same-origin',
    }),
  })
  for (const line of answer.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    jar.set(name, value)
  }
  const { location } = answer.headers
  return {
    status: answer.statusCode ?? 0,
    location: location === undefined ? undefined : new URL(location, url).href,
    page: await text(answer),
  }
}

function send(
  url: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    request(url, { method: body === undefined ? 'GET' : 'POST', headers }, resolve)
      .once('error', reject)
      .end(body)
  })
}
