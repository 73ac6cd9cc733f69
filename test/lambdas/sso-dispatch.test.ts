import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEgress } from '#adapters/egress/egress.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { SsoDestination } from '#core/registry/registry.ts'
import { dispatchSso } from '#core/sso/dispatch-sso.ts'
import { aConnection, aHandOver, NOW } from '../fixtures.ts'
import { startFakeApp } from '../support/fake-app.ts'
import { rawServer } from '../support/raw-server.ts'

const SECRET = 'the SSO secret, as it was typed'

/** Sends the message to an address, over the real egress client. */
function dispatch(
  url: string,
  options: {
    readonly destination?: Partial<SsoDestination>
    readonly lookup?: Parameters<typeof createEgress>[0]['lookup']
  } = {},
) {
  const destination = {
    id: 'destination-1',
    name: 'Heartline sign-on',
    url,
    redirectOrigins: [new URL(url).origin],
    secretRef: 'heartline',
    ...options.destination,
  }
  return dispatchSso(aHandOver(), aConnection(), destination, {
    secrets: memorySecretReader({ heartline: [SECRET] }),
    signers: [],
    egress: createEgress({
      upstreams: 'loopback',
      ...(options.lookup && { lookup: options.lookup }),
    }),
    publicBaseUrl: 'https://broker.example/live',
    allowLoopbackHttp: true,
    now: () => NOW,
  })
}

/** An app that reads so many bytes of what it is sent, and ends the connection. */
async function appThatReads(bytes: number, answer = '') {
  let read = 0
  const server = await rawServer((socket: Socket) => {
    read += socket.bytesRead
    if (read < bytes) return
    if (answer) socket.end(answer)
    else socket.resetAndDestroy()
  })
  return { ...server, url: `${server.origin}/sso` }
}

describe('a message that never left', () => {
  it('is sent once more where the name of the app is not found', async () => {
    const asked: string[] = []
    const app = await startFakeApp()
    onTestFinished(() => app.close())
    const url = new URL(app.ssoUrl)
    url.hostname = 'localhost'

    const told = await dispatch(url.href, {
      destination: { redirectOrigins: [app.origin] },
      lookup: async (hostname) => {
        asked.push(hostname)
        if (asked.length === 1) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' })
        return [{ address: '127.0.0.1', family: 4 }]
      },
    })

    expect(asked).toEqual(['localhost', 'localhost'])
    expect(app.messages).toHaveLength(1)
    expect(told.location?.href).toBe(`${app.origin}/welcome`)
  })

  it('is sent once more where the connection is refused, and not a third time', async () => {
    const app = await startFakeApp()
    await app.close()
    let connections = 0

    const act = dispatch(app.ssoUrl.replace('127.0.0.1', 'localhost'), {
      lookup: async () => {
        connections += 1
        return [{ address: '127.0.0.1', family: 4 }]
      },
    })

    await expect(act).rejects.toMatchObject({
      code: 'sso_destination_unavailable',
      detail: { reason: 'upstream_unavailable ECONNREFUSED' },
    })
    expect(connections).toBe(2)
  })

  it('is not sent again where no address of the app is one that may be reached', async () => {
    let asked = 0
    const act = dispatch('http://localhost:1/sso', {
      lookup: async () => {
        asked += 1
        return [{ address: '192.0.2.1', family: 4 }]
      },
    })

    await expect(act).rejects.toMatchObject({ code: 'sso_destination_unavailable' })
    expect(asked).toBe(1)
  })
})

describe('a message of which a byte was written', () => {
  it.each([1, 2, 16, 64, 256, 512, 1_024])(
    'is not sent again: after %i bytes the connection is reset',
    async (bytes) => {
      const app = await appThatReads(bytes)

      await expect(dispatch(app.url)).rejects.toMatchObject({
        code: 'sso_destination_unavailable',
        detail: { reason: expect.stringMatching(/^upstream_interrupted/) },
      })
      expect(app.connections()).toBe(1)
    },
  )

  it.each([
    ['half a status line', 'HTTP/1.1 30'],
    ['half a head', 'HTTP/1.1 302 Found\r\nLocation: http://127'],
    ['what is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
  ])('is not sent again: the app answers %s', async (_, answer) => {
    const app = await appThatReads(1, answer)

    await expect(dispatch(app.url)).rejects.toMatchObject({ code: 'sso_destination_unavailable' })
    expect(app.connections()).toBe(1)
  })

  it.each([500, 502, 503, 429])('is not sent again: the app answers %i', async (status) => {
    const app = await appThatReads(1, `HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)

    await expect(dispatch(app.url)).rejects.toMatchObject({ code: 'sso_destination_refused' })
    expect(app.connections()).toBe(1)
  })
})

describe('a page that the app answers with', () => {
  const page = async (
    body: string,
    type = 'text/html; charset=utf-8',
    destination: Partial<SsoDestination> = { showsHtml: true },
  ) => {
    const app = await startFakeApp()
    onTestFinished(() => app.close())
    app.answer((response) => void response.writeHead(200, { 'content-type': type }).end(body))
    return dispatch(app.ssoUrl, { destination })
  }

  it('is shown where the app is registered so, as it is', async () => {
    expect(await page('<p>Zoë</p>')).toEqual({ html: '<p>Zoë</p>' })
    expect(await page('<p>Zoë</p>', 'text/HTML')).toEqual({ html: '<p>Zoë</p>' })
  })

  it('is refused where the app is not', async () => {
    await expect(page('<p>', 'text/html', {})).rejects.toMatchObject({
      code: 'sso_destination_refused',
    })
  })

  it.each([
    'application/json',
    'text/html; charset=utf-16',
    'image/svg+xml',
    'text/html, text/xml',
  ])('is refused as %s', async (type) => {
    await expect(page('<p>', type)).rejects.toMatchObject({
      code: 'sso_destination_refused',
      detail: { reason: 'not_html' },
    })
  })

  it('is refused where it is longer than 512 KiB', async () => {
    await expect(page('x'.repeat(512 * 1024 + 1))).rejects.toMatchObject({
      code: 'sso_destination_unavailable',
      detail: { reason: expect.stringMatching(/^upstream_too_large/) },
    })
  })
})
