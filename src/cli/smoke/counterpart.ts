import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Received } from './received.ts'
import { type TestApp, testApp } from './test-app.ts'
import { type TestEhr, testEhr } from './test-ehr.ts'

const MAX_BODY_BYTES = 256 * 1024

/** An EHR and an app that are there for as long as a smoke test runs. */
export interface Counterpart {
  readonly ehr: TestEhr
  readonly app: TestApp
  close(): Promise<void>
}

export interface CounterpartOptions {
  /** On 127.0.0.1; 0 is any free one. */
  readonly port: number
  /** Where the broker's functions reach that port; `http://127.0.0.1:<port>` by default. */
  readonly publicUrl?: string
  /** Of the keys that the broker's client assertions are signed with. */
  readonly jwksUrl: string
  /** Of those that its SSO messages are. */
  readonly messagesJwksUrl: string
  readonly redirectUri: string
}

/**
 * Serves both on one port, below a prefix that nobody can guess: the address may be a public one.
 */
export async function startCounterpart(options: CounterpartOptions): Promise<Counterpart> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = options.publicUrl?.replace(/\/+$/, '') ?? `http://127.0.0.1:${port}`
  const prefix = `/${randomBytes(16).toString('hex')}`
  const known = { ...options, base: origin + prefix, origin: new URL(origin).origin }
  const [ehr, app] = await Promise.all([testEhr(known), testApp(known)])

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response).catch(() => response.destroy())
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://counterpart')
    const below = url.pathname.indexOf(prefix)
    if (below < 0) return void response.writeHead(404).end()
    const received: Received = {
      method: request.method ?? 'GET',
      path: url.pathname.slice(below + prefix.length),
      query: url.searchParams,
      headers: request.headers,
      body: await bodyOf(request),
    }
    if (await ehr.serve(received, response)) return
    if (await app.serve(received, response)) return
    response.writeHead(404).end()
  }

  return {
    ehr,
    app,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) throw new Error('too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
