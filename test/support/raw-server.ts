import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server below HTTP: `talk` has the socket, from when it is there and at each piece of a request. */
export async function rawServer(
  talk: (socket: Socket, connection: number, request: number) => void,
) {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    const connection = connections
    let requests = 0
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', () => {
      requests += 1
      talk(socket, connection, requests)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, connections: () => connections }
}
