import * as z from 'zod'

/** An answer as it goes to the client. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const head = {
  statusCode: z.coerce.number().int().min(100).max(599).default(200),
  headers: z.record(z.string(), value).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(value)).nullish(),
}

const BUFFERED = z.strictObject({
  ...head,
  body: z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish(),
  isBase64Encoded: z.boolean().default(false),
})
const STREAMED = z.strictObject({ ...head, cookies: z.array(z.string()).optional() })

/**
 * The headers that a REST API gives another name when a function sends them.
 *
 * @see [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)
 */
const REMAPPED = ['connection', 'content-length', 'date', 'server', 'via', 'www-authenticate']
/** Of one connection only; API Gateway sends its own. */
const DROPPED = ['keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']

/** A function's answer in the proxy integration's form; `undefined` if it is malformed. */
export function proxyAnswer(
  payload: string,
  decodesBase64: (contentType: string) => boolean,
): ApiAnswer | undefined {
  const parsed = BUFFERED.safeParse(parseJson(payload))
  if (!parsed.success) return undefined
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data
  const all = withContentType(mergeHeaders(headers, multiValueHeaders))
  const contentType = all.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const decodes = isBase64Encoded && decodesBase64(contentType)
  return {
    status: statusCode,
    headers: all
      .filter(([name]) => !DROPPED.includes(name.toLowerCase()))
      .map(([name, text]) => [remapped(name), text] as const),
    body: Buffer.from(body ?? '', decodes ? 'base64' : 'utf8'),
  }
}

/** The head of a streamed answer; `undefined` if it is malformed. */
export function streamedHead(metadata: string): Omit<ApiAnswer, 'body'> | undefined {
  const parsed = STREAMED.safeParse(parseJson(metadata))
  if (!parsed.success) return undefined
  const { statusCode, headers, multiValueHeaders, cookies = [] } = parsed.data
  return {
    status: statusCode,
    headers: [
      ...withContentType(mergeHeaders(headers, multiValueHeaders)).filter(
        ([name]) => ![...DROPPED, 'connection', 'content-length'].includes(name.toLowerCase()),
      ),
      ...cookies.map((cookie) => ['Set-Cookie', cookie] as const),
    ],
  }
}

type Headers = readonly (readonly [string, string])[]

/** A name in both lists keeps only what the list of several values says. */
function mergeHeaders(
  single: Readonly<Record<string, string>> | null | undefined,
  multiple: Readonly<Record<string, readonly string[]>> | null | undefined,
): Headers {
  const several = Object.entries(multiple ?? {})
  const names = several.map(([name]) => name.toLowerCase())
  return [
    ...Object.entries(single ?? {}).filter(([name]) => !names.includes(name.toLowerCase())),
    ...several.flatMap(([name, values]) => values.map((text) => [name, text] as const)),
  ]
}

function withContentType(headers: Headers): Headers {
  return headers.some(([name]) => name.toLowerCase() === 'content-type')
    ? headers
    : [['Content-Type', 'application/json'], ...headers]
}

function remapped(name: string): string {
  return REMAPPED.includes(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
