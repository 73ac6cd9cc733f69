import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EgressConfig } from '#adapters/egress/egress-config.ts'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import type { OpenAnswer, OpenBody, StreamingOptions, StreamingRequest } from '#core/egress.ts'
import { SELF_SIGNED } from '../../../support/certificates.ts'
import { serve } from '../../../support/http-server.ts'
import { rawServer } from '../../../support/raw-server.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Reads an answer to its end, and lets the turn pass in which its connection is not yet free. */
async function read({ body }: OpenAnswer): Promise<string> {
  const whole = await text(body)
  for (let i = 0; i < 2; i += 1) await turn()
  return whole
}

async function text(body: OpenBody | null): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** No time passes but what the test lets pass. */
function timersByHand() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('was answered'),
    (error) => error,
  )

function setup(config: Partial<EgressConfig> = {}) {
  const egress = createStreamingEgress({ upstreams: 'loopback', ...config })
  return (
    origin: string,
    options: Partial<StreamingOptions> = {},
    request: Partial<StreamingRequest> = {},
  ) => {
    const url = new URL(origin)
    const limits = { timeoutMs: 5_000, connectTimeoutMs: 5_000, hosts: [url.host] }
    return egress(
      url,
      { method: 'GET', headers: {}, ...request },
      { ...limits, isOpaque: false, keepAlive: true, ...options },
    )
  }
}

test('tells status and header fields, and streams the body past the time-out of the head', async () => {
  timersByHand()
  const sockets: Socket[] = []
  const { origin } = await rawServer((socket) => {
    sockets.push(socket)
    socket.write(
      'HTTP/1.1 201 Created\r\nETag: W/"1"\r\nLink: a\r\nLink: b\r\nContent-Length: 4\r\n\r\n{"',
    )
  })
  const { status, headers, body } = await setup()(origin, { timeoutMs: 40 })
  vi.advanceTimersByTime(60)
  sockets[0]?.write('a}')

  expect([status, headers.get('etag'), headers.get('link'), headers.get('x-none')]).toEqual([
    ...[201, 'W/"1"', 'a, b'],
    null,
  ])
  expect(await text(body)).toBe('{"a}')
})

test('goes to the hosts that it is given, and where the stack’s rule lets it', async () => {
  const { origin } = await rawServer((socket) => socket.write(ANSWER))

  expect(await failure(setup()(origin, { hosts: ['other.example'] }))).toMatchObject({
    code: 'upstream_refused',
    detail: { reason: 'host' },
  })
  expect(await failure(setup({ upstreams: 'public' })(origin))).toMatchObject({
    code: 'upstream_refused',
  })
})

test.each([204, 304])('has no body after %s, whatever the head says', async (status) => {
  const { origin } = await rawServer((socket) => socket.write(`HTTP/1.1 ${status} X\r\n\r\n`))
  expect((await setup()(origin)).body).toBeNull()
})

test('undoes a content coding and says so, or leaves both', async () => {
  const packed = gzipSync('{"resourceType":"Patient"}')
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length })
    response.end(packed)
  })
  onTestFinished(() => server.close())

  const plain = await setup()(server.origin)
  expect(await text(plain.body)).toBe('{"resourceType":"Patient"}')
  expect([plain.headers.get('content-encoding'), plain.headers.get('content-length')]).toEqual([
    null,
    null,
  ])
  const left = await setup()(server.origin, { isOpaque: true })
  expect(left.headers.get('content-encoding')).toBe('gzip')
  expect(left.headers.get('content-length')).toBe(String(packed.length))
})

test('errors the body when the upstream cuts it, and when it falls silent', async () => {
  const half = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resource'
  const cut = await rawServer((socket) => socket.end(half))
  const silent = await rawServer((socket) => socket.write(half))

  const { body } = await setup()(cut.origin)
  expect(await failure(text(body))).toMatchObject({ code: 'upstream_interrupted' })
  const kept = await setup({ idleTimeoutMs: 30 })(silent.origin)
  expect(await failure(text(kept.body))).toMatchObject({ code: 'upstream_timeout' })
})

test.each(['read in part', 'not read at all'])(
  'ends the connection of a body that is let go, %s',
  async (how) => {
    const closed: Promise<unknown>[] = []
    const { origin } = await rawServer((socket) => {
      closed.push(once(socket, 'close'))
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resource')
    })
    const { body } = await setup()(origin)
    if (how === 'read in part') await body?.[Symbol.asyncIterator]().next()
    await body?.cancel()

    expect(await Promise.all(closed)).toHaveLength(1)
  },
)

test('waits for a connection no longer than its limit says, and says that nothing was sent', async () => {
  const silent = await rawServer(() => undefined)
  const startedMs = performance.now()
  const error = await failure(
    setup()(silent.origin.replace('http:', 'https:'), { connectTimeoutMs: 30 }),
  )

  expect(error).toMatchObject({ code: 'upstream_unavailable', detail: { reason: 'timeout' } })
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})

test('has no limit for a connection that stands but the head’s', async () => {
  timersByHand()
  const requests = new EventEmitter()
  const { origin } = await rawServer((socket) => void requests.emit('came', socket))
  const send = setup()
  const later = async (ms: number, options: Partial<StreamingOptions>) => {
    const came = once(requests, 'came')
    const answer = send(origin, options)
    const [socket] = await came
    vi.advanceTimersByTime(ms)
    return { socket, answer }
  }

  for (let i = 0; i < 2; i += 1) {
    const { socket, answer } = await later(60, { connectTimeoutMs: 30 })
    socket.write(ANSWER)
    expect(await read(await answer)).toBe('ok')
  }
  const late = await later(60, { timeoutMs: 30 })
  expect(await failure(late.answer)).toMatchObject({ code: 'upstream_timeout' })
})

test('keeps a connection if it is told to, and opens one if not', async () => {
  const server = await rawServer((socket) => socket.write(ANSWER))
  const send = setup()

  for (const keepAlive of [true, true, false, true]) {
    await read(await send(server.origin, { keepAlive }))
  }
  expect(server.connections()).toBe(2)
})

test('trusts no kept connection after a pause of more than four seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const server = await rawServer((socket) => socket.write(ANSWER))
  const send = setup()

  await read(await send(server.origin))
  vi.setSystemTime(Date.now() + 4_001)
  await read(await send(server.origin))

  expect(server.connections()).toBe(2)
})

test('repeats nothing, and says of a kept connection that broke that it may have been used', async () => {
  let requests = 0
  const { origin } = await rawServer((socket, _connection, request) => {
    requests += 1
    if (request === 1) socket.write(ANSWER)
    else socket.destroy()
  })
  const send = setup()
  await read(await send(origin))

  expect(await failure(send(origin))).toMatchObject({ code: 'upstream_interrupted' })
  expect(requests).toBe(2)
})

test.each([
  ['POST', { 'content-length': '0' }],
  ['DELETE', {}],
  ['GET', {}],
])(
  'sends with %s of nothing its own fields, the host and no other of a body',
  async (method, more) => {
    const server = await serve(({ headers }, response) => response.end(JSON.stringify(headers)))
    onTestFinished(() => server.close())
    const headers = {
      accept: 'application/fhir+json',
      host: 'evil.example',
      'content-length': '7',
    }
    const { body } = await setup()(server.origin, {}, { method, headers })

    expect(JSON.parse(await text(body))).toEqual({
      accept: 'application/fhir+json',
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      host: new URL(server.origin).host,
      ...more,
    })
  },
)

test('connects to the address that was checked, of a name that is asked once', async () => {
  const server = await rawServer((socket) => socket.write(ANSWER))
  const answers = [['127.0.0.1'], ['10.0.0.5']]
  const lookup = vi.fn(async () =>
    (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
  )
  const send = setup({ lookup })
  const named = server.origin.replace('127.0.0.1', 'rebinding.example')

  expect(await read(await send(named, { keepAlive: false }))).toBe('ok')
  expect(lookup).toHaveBeenCalledTimes(1)
  expect(await failure(send(named, { keepAlive: false }))).toMatchObject({
    code: 'upstream_refused',
  })
  expect(server.connections()).toBe(1)
})

test('sends nothing to a server whose certificate nobody vouches for', async () => {
  let requests = 0
  const server = createServer(SELF_SIGNED, (_request, response) => {
    requests += 1
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const lookup = async () => [{ address: '127.0.0.1', family: 4 }]

  expect(await failure(setup({ lookup })(`https://ehr.example:${port}`))).toMatchObject({
    code: 'upstream_unavailable',
    detail: { host: `ehr.example:${port}`, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  })
  expect(requests).toBe(0)
})

test('hands a redirect back as it is, and passes over what is said before the answer', async () => {
  const { origin } = await rawServer((socket) =>
    socket.write(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n',
    ),
  )
  const { status, headers } = await setup()(origin)

  expect([status, headers.get('location'), headers.get('link')]).toEqual([302, '/b', null])
})

test('takes from the upstream little more than its reader asks for', async () => {
  const MEGABYTE = Buffer.alloc(1024 * 1024)
  let sent = 0
  const { origin } = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const more = () => {
      while (sent < 64) {
        sent += 1
        if (!socket.write(MEGABYTE)) return void socket.once('drain', more)
      }
    }
    more()
  })
  const { body } = await setup()(origin)
  await body?.[Symbol.asyncIterator]().next()
  let before = -1
  while (sent > before) {
    before = sent
    for (let i = 0; i < 100; i += 1) await turn()
  }

  // What the kernel holds of both ends is in it.
  expect(sent).toBeLessThan(32)
  await body?.cancel()
})

test('ends with its signal’s reason, while the head is awaited and while the body is', async () => {
  const { origin } = await rawServer((socket, connection) => {
    if (connection > 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{')
  })
  const [first, second] = [new AbortController(), new AbortController()]
  const unanswered = failure(setup()(origin, { signal: first.signal }))
  first.abort('enough')
  expect(await unanswered).toBe('enough')

  const { body } = await setup()(origin, { signal: second.signal })
  const unread = failure(text(body))
  second.abort('enough')
  expect(await unread).toBe('enough')
})
