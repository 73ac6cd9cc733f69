import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A server on a free loopback port, and how to end it with all its connections. */
export interface LoopbackServer {
  readonly origin: string
  /** Resets every connection that is open now, as a network does that has forgotten them. */
  resetConnections(): void
  close(): Promise<void>
}

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Serves `listener` on 127.0.0.1. A listener that throws answers 500, so that no test hangs. */
export async function serve(listener: Listener): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    Promise.resolve()
      .then(() => listener(request, response))
      .catch((error: unknown) => {
        response.writeHead(500).end(String(error))
      })
  })
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    resetConnections() {
      for (const socket of connections) socket.resetAndDestroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The whole body of a request, as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Counts the requests of each connection: 1 is the first that one serves. */
export function countOnConnections(): (request: IncomingMessage) => number {
  const counts = new WeakMap<Socket, number>()
  return ({ socket }) => {
    const count = (counts.get(socket) ?? 0) + 1
    counts.set(socket, count)
    return count
  }
}
