import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

const MAX_BODY_BYTES = 1024 * 1024

/** A server on this machine's loopback address. */
export interface LocalServer {
  /** Scheme, address and port, with no final slash. */
  readonly origin: string
  /** Ends it, open connections included. */
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1; port 0 takes a free one. The handler is made when the port is known, as
 * what it says of itself depends on it.
 *
 * @param host the name of this machine that browsers are to know it by
 */
export async function startServer(
  port: number,
  makeListener: (origin: string) => RequestListener | Promise<RequestListener>,
  host = '127.0.0.1',
): Promise<LocalServer> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`
  server.on('request', await makeListener(origin))

  return {
    origin,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

export type WebHandler = (request: Request) => Response | Promise<Response>

/** Serves a function from Request to Response; what it throws becomes a bare 500. */
export function webListener(origin: string, handler: WebHandler): RequestListener {
  return (incoming, outgoing) => {
    void answer(origin, handler, incoming).then((response) => send(response, outgoing))
  }
}

async function answer(
  origin: string,
  handler: WebHandler,
  incoming: IncomingMessage,
): Promise<Response> {
  try {
    const body = await readBody(incoming)
    if (body === undefined) return new Response('Too large.', { status: 413 })
    return await handler(toRequest(origin, incoming, body))
  } catch {
    return new Response('Something went wrong here.', { status: 500 })
  }
}

function toRequest(
  origin: string,
  { url = '/', method = 'GET', headers }: IncomingMessage,
  body: Buffer,
): Request {
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD'
  return new Request(origin + url, {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, `${value}`]),
    ...(hasBody && { body: new Uint8Array(body) }),
  })
}

/** The whole body; `undefined` when it is larger than anybody here has reason to send. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Sends a Response over Node's. */
export async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
