import { request as httpRequest } from 'node:http'

export interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * Sends a request whose path no URL parser has touched and whose headers are only the ones given:
 * `fetch` would put the path in order first, and send Fetch Metadata of its own.
 */
export function send(
  url: string,
  { method = 'GET', headers, body }: RawRequest = {},
): Promise<Response> {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]+)([^#]*)/.exec(url) ?? []
  return new Promise((resolve, reject) => {
    const sent = httpRequest(origin, { method, path, headers: headers ?? {} }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const status = answer.statusCode ?? 0
        const answered = new Headers()
        for (const [name, values] of Object.entries(answer.headersDistinct)) {
          for (const value of values ?? []) answered.append(name, value)
        }
        resolve(
          new Response([204, 304].includes(status) ? undefined : Buffer.concat(chunks), {
            status,
            headers: answered,
          }),
        )
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
