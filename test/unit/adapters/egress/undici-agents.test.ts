import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { rawServer } from '../../../support/raw-server.ts'

/** An instance that has read an answer with this field in its head, and what became of the connection. */
async function used(keepAlive: string) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  let open = 0
  const { origin, connections } = await rawServer((socket, _connection, request) => {
    if (request === 1) {
      open += 1
      socket.once('close', () => {
        open -= 1
      })
    }
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${keepAlive}\r\nok`)
  })
  const egress = createStreamingEgress({ upstreams: 'loopback' })
  const read = async () => {
    const url = new URL(origin)
    const limits = { timeoutMs: 60_000, connectTimeoutMs: 60_000, hosts: [url.host] }
    const answer = await egress(
      url,
      { method: 'GET', headers: {} },
      { ...limits, isOpaque: true, keepAlive: true },
    )
    for await (const _ of answer.body ?? []);
    await turns()
  }
  await read()
  return { read, connections, open: () => open }
}

const turns = async () => {
  for (let i = 0; i < 10; i += 1) await turn()
}

test.each([
  ['four seconds', '', 4_000],
  ['a second less than the server says', 'Keep-Alive: timeout=3\r\n', 2_000],
  ['four seconds where the server says more', 'Keep-Alive: timeout=60\r\n', 4_000],
])('gives an idle connection %s', async (_, keepAlive, idleMs) => {
  const { open } = await used(keepAlive)

  vi.advanceTimersByTime(idleMs - 1)
  await turns()
  expect(open()).toBe(1)
  vi.advanceTimersByTime(1)
  await vi.waitFor(() => expect(open()).toBe(0), { interval: 1 })
})

test('keeps none that the server closes within a second', async () => {
  const { read, connections } = await used('Keep-Alive: timeout=1\r\n')
  await read()
  expect(connections()).toBe(2)
})
