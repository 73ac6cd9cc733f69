import http from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { idleAgents } from '#adapters/egress/agents.ts'
import { rawServer } from '../../../support/raw-server.ts'

/** One request by an agent; the connection that it went on, while it was under way and afterwards. */
async function used(keepAlive: string) {
  const { origin } = await rawServer((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${keepAlive}\r\nok`),
  )
  const agent = idleAgents().forUrl(new URL(origin))
  const once = () =>
    new Promise<{ readonly socket: Socket; readonly limitMs: number }>((resolve) => {
      const request = http.get(origin, { agent }, (answer) => {
        const { socket } = answer
        const limitMs = socket.timeout ?? 0
        answer.resume().on('end', () => resolve({ socket, limitMs }))
      })
      request.on('error', () => undefined)
    })
  const first = await once()
  for (let i = 0; i < 5; i += 1) await turn()
  const idleMs = first.socket.timeout
  return { ...first, idleMs, wasKept: !first.socket.destroyed, again: once }
}

test('gives a connection four seconds while it is idle, and no limit while it is in use', async () => {
  const { limitMs, idleMs, wasKept, again } = await used('')
  expect({ limitMs, idleMs, wasKept }).toEqual({ limitMs: 0, idleMs: 4_000, wasKept: true })
  expect((await again()).limitMs).toBe(0)
})

test.each([
  ['a second less than the server says', 'Keep-Alive: timeout=3\r\n', 2_000],
  ['four seconds where the server says more', 'Keep-Alive: timeout=60\r\n', 4_000],
])('gives it %s', async (_, keepAlive, idleMs) => {
  expect((await used(keepAlive)).idleMs).toBe(idleMs)
})

test('keeps none that the server closes within a second', async () => {
  expect((await used('Keep-Alive: timeout=1\r\n')).wasKept).toBe(false)
})
