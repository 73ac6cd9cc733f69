import { createServer, type RequestListener, type Server } from 'node:http'
import { closeServer, listen } from '#local/aws/http-server.ts'

/** REST APIs take a request line and headers of this many bytes together. */
const MAX_HEADER_BYTES = 10_240
const ATTEMPTS = 5

export interface LocalServers {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves `localhost`: 127.0.0.1 and, where the machine has it, ::1, on one port. Another program on
 * the other address of the same port would get a browser's requests at random.
 */
export async function serveLocalhost(
  port: number,
  handler: RequestListener,
): Promise<LocalServers> {
  const server = (): Server => createServer({ maxHeaderSize: MAX_HEADER_BYTES }, handler)

  for (let attempt = 1; ; attempt += 1) {
    const v4 = server()
    const v6 = server()
    const chosen = await listen(v4, port, '127.0.0.1')
    try {
      await listen(v6, chosen, '::1')
      return {
        port: chosen,
        close: async () => void (await Promise.all([closeServer(v4), closeServer(v6)])),
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') {
        return { port: chosen, close: () => closeServer(v4) }
      }
      await closeServer(v4)
      if (port !== 0 || code !== 'EADDRINUSE' || attempt === ATTEMPTS) throw error
    }
  }
}
