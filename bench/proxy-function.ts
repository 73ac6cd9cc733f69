import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import type { HttpRequest } from '#http/http-request.ts'

/** What a function answers that streams. */
interface FunctionAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array> | undefined
}

export type Invoke = (event: HttpRequest) => Promise<FunctionAnswer>

/** What API Gateway tells of every request. */
const HEADERS = {
  Accept: 'application/fhir+json',
  'Accept-Encoding': 'gzip, deflate, br',
  Host: 'api.example',
  'User-Agent': 'heartline/4.2',
  'X-Amzn-Trace-Id': 'Root=1-65f0c2aa-2b1c3d4e5f60718293a4b5c6',
  'X-Forwarded-For': '198.51.100.7',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
}

/** An event as the function's runtime gets it, in JSON, of a GET at `path` with an app's token. */
export function eventText(path: string, token: string): string {
  const headers = { ...HEADERS, Authorization: `Bearer ${token}` }
  return JSON.stringify({
    resource: '/fhir/{version}/{organization}/{environment}/{path+}',
    httpMethod: 'GET',
    path,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'bench', stage: 'live', httpMethod: 'GET', accountId: '1' },
    body: null,
    isBase64Encoded: false,
  })
}

/**
 * Around a function what is around one on Lambda, the same for each that is measured: its event is
 * parsed, and its answer streamed out as it comes. Made before: the event's text.
 */
export function asFunction(invoke: Invoke, textOf: (path: string) => string): RequestListener {
  const texts = new Map<string, string>()
  return async ({ url = '/' }, response) => {
    const text = texts.get(url) ?? textOf(url)
    texts.set(url, text)
    const { statusCode, headers, body } = await invoke(JSON.parse(text))
    response.writeHead(statusCode, headers)
    if (body instanceof Readable) {
      pipeline(body, response, () => undefined)
      return
    }
    for await (const chunk of body ?? []) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  }
}

export async function listen(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
