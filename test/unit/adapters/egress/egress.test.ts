import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import type { EgressConfig } from '#adapters/egress/egress-config.ts'
import { type Listener, readBody, serve } from '../../../support/http-server.ts'
import { rawServer as raw } from '../../../support/raw-server.ts'

const LOOPBACK = { address: '127.0.0.1', family: 4 }

function setup(config: Partial<EgressConfig> = {}) {
  return { egress: createEgress({ upstreams: 'loopback', ...config }) }
}

async function http(listener: Listener): Promise<string> {
  const server = await serve(listener)
  onTestFinished(() => server.close())
  return server.origin
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('was answered'),
    (error) => error,
  )
}

test('sends method, headers and body as fetch does, with the host of the URL', async () => {
  const { egress } = setup()
  const origin = await http(async (request, response) => {
    const { method, url, headers } = request
    response.end(JSON.stringify({ method, url, headers, body: await readBody(request) }))
  })

  const response = await egress(`${origin}/a%20b?c=d`, {
    method: 'POST',
    headers: { host: 'forged.example', 'x-one': '1', 'transfer-encoding': 'chunked' },
    body: new URLSearchParams({ grant_type: 'refresh_token', scope: 'a b' }),
  })

  const sent = JSON.parse(await response.text())
  expect(sent).toMatchObject({
    method: 'POST',
    url: '/a%20b?c=d',
    body: 'grant_type=refresh_token&scope=a+b',
    headers: {
      host: new URL(origin).host,
      'x-one': '1',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      'content-length': '34',
      connection: 'close',
    },
  })
  expect(sent.headers).not.toHaveProperty('transfer-encoding')
})

test.each([
  ['text', 'naïve'],
  ['bytes', new TextEncoder().encode('naïve')],
])('sends a body of %s whole', async (_kind, body) => {
  const { egress } = setup()
  const origin = await http(async (request, response) => {
    response.end(await readBody(request))
  })

  expect(await (await egress(origin, { method: 'DELETE', body })).text()).toBe('naïve')
})

test('keeps every line of a repeated header', async () => {
  const { egress } = setup()
  const origin = await http((_request, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('link', ['<x>', '<y>']).end()
  })

  const { headers } = await egress(origin)

  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(headers.get('link')).toBe('<x>, <y>')
})

test.each([204, 205, 304])('answers %i without a body', async (status) => {
  const { egress } = setup()
  const origin = await http((_request, response) => void response.writeHead(status).end())

  const response = await egress(origin)

  expect(response.status).toBe(status)
  expect(response.body).toBeNull()
})

test.each([301, 302, 303, 307, 308])(
  'hands a %i back as it is, and does not follow it',
  async (status) => {
    const { egress } = setup()
    const paths: (string | undefined)[] = []
    const origin = await http((request, response) => {
      paths.push(request.url)
      if (request.url === '/here') response.writeHead(status, { location: '/elsewhere' })
      response.end()
    })

    const response = await egress(`${origin}/here`, { redirect: 'follow' })

    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBe('/elsewhere')
    expect(paths).toEqual(['/here'])
  },
)

test('serves oauth4webapi as its fetch', async () => {
  const { egress } = setup()
  const origin = await http((request, response) => {
    const issuer = `http://${request.headers.host}`
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ issuer }))
  })
  const issuer = new URL(origin)

  const response = await discoveryRequest(issuer, {
    [customFetch]: (url, { method, headers, redirect }) =>
      egress(url, { method, headers, redirect }),
    [allowInsecureRequests]: true,
  })

  expect((await processDiscoveryResponse(issuer, response)).issuer).toBe(origin)
})

test.each([
  ['http://ehr.example/', 'scheme'],
  ['ftp://ehr.example/', 'scheme'],
  ['data:text/plain,hello', 'scheme'],
  ['file:///etc/passwd', 'scheme'],
  ['https://user@ehr.example/', 'userinfo'],
  ['https://:password@ehr.example/', 'userinfo'],
  ['https://127.0.0.1/', 'address'],
  ['https://127.1/', 'address'],
  ['https://0x7f000001/', 'address'],
  ['https://2130706433/', 'address'],
  ['https://[::1]/', 'address'],
  ['https://[::ffff:127.0.0.1]/', 'address'],
  ['https://169.254.169.254/latest/meta-data', 'address'],
  ['/relative', 'url_invalid'],
])('refuses %s under the public rule, before anything is resolved', async (url, reason) => {
  const lookup = vi.fn(async () => [LOOPBACK])
  const { egress } = setup({ upstreams: 'public', lookup })

  expect(await failure(egress(url))).toMatchObject({ code: 'upstream_refused', detail: { reason } })
  expect(lookup).not.toHaveBeenCalled()
})

test.each([
  ['a private address', [{ address: '10.0.0.5', family: 4 }]],
  ['loopback', [LOOPBACK]],
  [
    'a public and a private address',
    [
      { address: '93.184.215.14', family: 4 },
      { address: 'fd00::5', family: 6 },
    ],
  ],
])('refuses a name that resolves to %s under the public rule', async (_kind, addresses) => {
  const { egress } = setup({ upstreams: 'public', lookup: async () => addresses })

  expect(await failure(egress('https://ehr.example/secret-path?code=1'))).toMatchObject({
    code: 'upstream_refused',
    detail: { host: 'ehr.example' },
  })
})

test.each([
  ['http://8.8.8.8/', [LOOPBACK]],
  ['http://ehr.example/', [{ address: '93.184.215.14', family: 4 }]],
  ['http://ehr.example/', [LOOPBACK, { address: '93.184.215.14', family: 4 }]],
])('refuses public %s under the loopback rule', async (url, addresses) => {
  const { egress } = setup({ lookup: async () => addresses })

  expect(await failure(egress(url))).toMatchObject({ code: 'upstream_refused' })
})

test('connects to the address that was checked: a name is asked once for a connection', async () => {
  const answers = [[LOOPBACK], [{ address: '10.0.0.5', family: 4 }]]
  const lookup = vi.fn(async () => answers.shift() ?? [])
  const { egress } = setup({ lookup })
  const origin = await http((_request, response) => void response.end('reached'))
  const url = origin.replace('127.0.0.1', 'rebinding.example')

  expect(await (await egress(url)).text()).toBe('reached')
  expect(lookup).toHaveBeenCalledTimes(1)
  expect(await failure(egress(url))).toMatchObject({ code: 'upstream_refused' })
})

test('goes only to the hosts it is given', async () => {
  const { egress } = setup()
  const origin = await http((_request, response) => void response.end('reached'))
  const { host, hostname } = new URL(origin)

  expect(await (await egress(origin, {}, { hosts: ['other.example', host] })).text()).toBe(
    'reached',
  )
  for (const hosts of [[], [hostname], ['other.example'], [`${host}0`]]) {
    expect(await failure(egress(origin, {}, { hosts }))).toMatchObject({
      code: 'upstream_refused',
      detail: { reason: 'host', host },
    })
  }
})

test('says unavailable where nothing was sent: no such name, no listener, no TLS', async () => {
  const { egress } = setup({
    lookup: async (hostname) => {
      if (hostname === 'localhost') return [LOOPBACK]
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
    },
  })
  const closed = await serve(() => undefined)
  await closed.close()
  const plain = await http((_request, response) => void response.end())

  expect(await failure(egress('http://gone.example/'))).toMatchObject({
    code: 'upstream_unavailable',
    detail: { reason: 'ENOTFOUND', host: 'gone.example' },
  })
  expect(await failure(egress(closed.origin))).toMatchObject({
    code: 'upstream_unavailable',
    detail: { reason: 'ECONNREFUSED' },
  })
  expect(await failure(egress(plain.replace('http:', 'https:')))).toMatchObject({
    code: 'upstream_unavailable',
  })
})

test('says unavailable when the time runs out before a connection stands', async () => {
  const { egress } = setup({ lookup: () => new Promise(() => undefined) })

  expect(await failure(egress('http://slow.example/', {}, { timeoutMs: 20 }))).toMatchObject({
    code: 'upstream_unavailable',
    detail: { reason: 'timeout' },
  })
})

test.each([
  ['no answer at all', ''],
  ['garbage', 'SSH-2.0-OpenSSH_9.7\r\n'],
  ['half a head', 'HTTP/1.1 200 OK\r\nContent-Type: app'],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access_to'],
  ['a cut chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"acc'],
  ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ['a status that HTTP does not have', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'],
])('says interrupted when the request was sent and %s came', async (_kind, answer) => {
  const { egress } = setup()
  const { origin } = await raw((socket) => socket.end(answer))

  const error = await failure(egress(`${origin}/token?secret=1`, { method: 'POST', body: 'a' }))

  expect(error).toMatchObject({
    code: 'upstream_interrupted',
    detail: { host: new URL(origin).host },
  })
  expect(JSON.stringify(error)).not.toContain('secret')
})

test.each([
  ['head', ''],
  ['rest of the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"acc'],
])('says time-out when the %s does not come in time', async (_part, answer) => {
  const { egress } = setup()
  const { origin } = await raw((socket) => socket.write(answer))

  expect(await failure(egress(origin, {}, { timeoutMs: 50 }))).toMatchObject({
    code: 'upstream_timeout',
  })
})

test.each([
  ['with a length', true],
  ['without one', false],
])('refuses a body past the limit, %s', async (_kind, announced) => {
  const { egress } = setup()
  const origin = await http((_request, response) => {
    if (announced) response.setHeader('content-length', 1001)
    response.write('x'.repeat(500))
    response.end('x'.repeat(501))
  })

  expect(await failure(egress(origin, {}, { maxBytes: 1000 }))).toMatchObject({
    code: 'upstream_too_large',
  })
  expect((await (await egress(origin, {}, { maxBytes: 1001 })).text()).length).toBe(1001)
})

test('undoes a content coding, and counts the limit after it', async () => {
  const { egress } = setup()
  const origin = await http((request, response) => {
    const text = request.url === '/bomb' ? 'x'.repeat(2 * 1024 * 1024) : '{"a":1}'
    response.setHeader('content-encoding', 'gzip').end(gzipSync(text))
  })

  const response = await egress(origin)

  expect(await response.json()).toEqual({ a: 1 })
  expect(response.headers.has('content-encoding')).toBe(false)
  expect(await failure(egress(`${origin}/bomb`))).toMatchObject({ code: 'upstream_too_large' })
})

test('rejects with the reason of a caller that gives up', async () => {
  const { egress } = setup()
  const caller = new AbortController()
  const { origin } = await raw(() => caller.abort(new Error('given up')))

  expect(await failure(egress(origin, { signal: caller.signal }))).toMatchObject({
    message: 'given up',
  })
  expect(await failure(egress(origin, { signal: caller.signal }))).toMatchObject({
    message: 'given up',
  })
})

test('streams a body past the limit of a whole one, and past the time-out of the head', async () => {
  const { egress } = setup()
  const origin = await http((_request, response) => void response.end('x'.repeat(5000)))

  const response = await egress(origin, {}, { stream: true, maxBytes: 10, timeoutMs: 5_000 })

  expect((await response.text()).length).toBe(5000)
})

test('errors the stream when the upstream cuts its body', async () => {
  const { egress } = setup()
  const { origin } = await raw((socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resource'),
  )

  const response = await egress(origin, {}, { stream: true })

  expect(response.status).toBe(200)
  expect(await failure(response.text())).toMatchObject({ code: 'upstream_interrupted' })
})

test('errors the stream when the upstream falls silent', async () => {
  const { egress } = setup({ idleTimeoutMs: 30 })
  const { origin } = await raw((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resource'),
  )

  const response = await egress(origin, {}, { stream: true })

  expect(await failure(response.text())).toMatchObject({ code: 'upstream_timeout' })
})

test('opens a connection for each request', async () => {
  const { egress } = setup()
  const server = await raw((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  )

  await egress(server.origin)
  await egress(server.origin)
  expect(server.connections()).toBe(2)
})

test('ends the connection when the reader of a stream leaves', async () => {
  const { egress } = setup()
  const closed: Promise<unknown>[] = []
  const { origin } = await raw((socket) => {
    closed.push(once(socket, 'close'))
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"resource')
  })

  const { body } = await egress(origin, {}, { stream: true })
  const reader = body?.getReader()
  await reader?.read()
  await reader?.cancel()

  expect(await Promise.all(closed)).toHaveLength(1)
})
