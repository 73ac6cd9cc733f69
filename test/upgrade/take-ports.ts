import { createServer, type Server } from 'node:net'
import { setTimeout } from 'node:timers/promises'

const TRY_AGAIN_MS = 200

/**
 * Waits until no other run on this machine uses the ports of packed states: whoever listens on this
 * one has them all. What gives them back is returned.
 */
export async function takePorts(port: number): Promise<() => Promise<void>> {
  for (;;) {
    const server = createServer((socket) => socket.destroy())
    if (await listens(server, port)) {
      return () => new Promise((resolve) => server.close(() => resolve()))
    }
    await setTimeout(TRY_AGAIN_MS)
  }
}

function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(true))
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(port, '127.0.0.1')
  })
}
