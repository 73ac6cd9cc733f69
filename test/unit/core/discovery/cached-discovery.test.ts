import { describe, expect, it } from 'vitest'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { BrokerError } from '#core/errors.ts'
import { aConnection, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const LOGIN = 'https://login.general.example'
const DOCUMENT = {
  issuer: LOGIN,
  jwks_uri: `${LOGIN}/jwks`,
  authorization_endpoint: `${LOGIN}/authorize`,
  token_endpoint: `${LOGIN}/token`,
}

function setup(document: unknown = DOCUMENT, headers: Record<string, string> = {}) {
  const world = { now: NOW, document, isDown: false, asked: 0 }
  const log = recordingLog()
  const discovery = cachedDiscovery({
    log,
    now: () => world.now,
    egress: async () => {
      world.asked += 1
      if (world.isDown) throw new BrokerError('upstream_timeout')
      return Response.json(world.document, { headers })
    },
  })
  return { world, log, find: () => discovery(aConnection(), 'client-1') }
}

describe('cachedDiscovery', () => {
  it.each([
    [{}, 599, 1],
    [{}, 601, 2],
    [{ 'cache-control': 'max-age=5' }, 59, 1],
    [{ 'cache-control': 'max-age=5' }, 61, 2],
    [{ 'cache-control': 'no-store' }, 61, 2],
    [{ 'cache-control': 'max-age=1000', age: '600' }, 399, 1],
    [{ 'cache-control': 'max-age=1000', age: '600' }, 401, 2],
    [{ 'cache-control': 'public, max-age=99999999' }, 3_599, 1],
    [{ 'cache-control': 'public, max-age=99999999' }, 3_601, 2],
  ])('with %j and %d s later has asked %d times', async (headers, later, times) => {
    const { find, world } = setup(DOCUMENT, headers as Record<string, string>)

    await find()
    world.now += later
    await find()

    expect(world.asked).toBe(times)
  })

  it('serves what it read for a day while the EHR is down, and says so', async () => {
    const { find, world, log } = setup()
    await find()
    world.isDown = true

    world.now += 86_400
    expect(await find()).toMatchObject({ token_endpoint: `${LOGIN}/token` })
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        event: 'discovery_stale',
        fields: expect.objectContaining({ reason: 'upstream_timeout' }),
      }),
    )

    world.now += 601
    await expect(find()).rejects.toMatchObject({ code: 'discovery_failed' })
  })

  it('asks an EHR that is down not more than twice a minute', async () => {
    const { find, world } = setup()
    await find()
    world.isDown = true
    world.now += 700
    await find()
    const { asked } = world

    world.now += 29
    await find()
    expect(world.asked).toBe(asked)
    world.now += 1
    await find()
    expect(world.asked).toBeGreaterThan(asked)
  })

  it.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])(
    'refuses a %s on a host that the registry does not have (MD-03)',
    async (parameter) => {
      const { find } = setup({ ...DOCUMENT, [parameter]: 'https://evil.example/x' })

      await expect(find()).rejects.toMatchObject({
        code: 'discovery_failed',
        detail: { parameter, host: 'evil.example', reason: 'endpoint_host_moved' },
      })
    },
  )

  it('leaves out an endpoint that it can do without, on such a host', async () => {
    const { find } = setup({ ...DOCUMENT, userinfo_endpoint: 'https://evil.example/me' })

    expect(await find()).not.toHaveProperty('userinfo_endpoint')
  })

  it('reports a document that moved, and goes on with what it was (MD-03)', async () => {
    const { find, world, log } = setup()
    await find()
    world.document = { ...DOCUMENT, token_endpoint: 'https://evil.example/x' }
    world.now += 700

    expect(await find()).toMatchObject({ token_endpoint: `${LOGIN}/token` })
    expect(JSON.stringify(log.lines)).toMatch(/endpoint_host_moved/)
  })

  it('does not keep a document that moved', async () => {
    const { find, world } = setup({ ...DOCUMENT, token_endpoint: 'https://evil.example/x' })
    await expect(find()).rejects.toMatchObject({ code: 'discovery_failed' })

    world.document = DOCUMENT

    expect(await find()).toMatchObject({ token_endpoint: DOCUMENT.token_endpoint })
  })
})
