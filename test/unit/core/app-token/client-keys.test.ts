import { expect, test, vi } from 'vitest'
import { clientKeys } from '#core/app-token/client-keys.ts'
import { BrokerError } from '#core/errors.ts'
import { NOW } from '../../../fixtures.ts'

const JWKS_URI = 'https://heartline.example/jwks.json'
const CLIENT = { clientId: 'heartline-server', jwksUri: JWKS_URI }

function setup(headers: Readonly<Record<string, string>> = {}) {
  const clock = { now: NOW }
  const published = { kids: ['one'] }
  const egress = vi.fn(async () =>
    Response.json({ keys: published.kids.map((kid) => ({ kid, kty: 'RSA' })) }, { headers }),
  )
  return { clock, published, egress, keys: clientKeys({ egress, now: () => clock.now }) }
}

test('reads keys from the registered address alone, and keeps them ten minutes', async () => {
  const { clock, egress, keys } = setup()

  expect(await keys.find(CLIENT, 'one', 'RSA')).toEqual({ kid: 'one', kty: 'RSA' })
  clock.now += 599
  await keys.find(CLIENT, 'one', 'RSA')
  expect(egress).toHaveBeenCalledTimes(1)
  expect(egress).toHaveBeenCalledWith(JWKS_URI, expect.anything(), expect.anything())

  clock.now += 1
  await keys.find(CLIENT, 'one', 'RSA')
  expect(egress).toHaveBeenCalledTimes(2)
})

test.each([
  ['max-age=60', 60],
  ['public, max-age="60"', 60],
  ['max-age=86400', 600],
])('keeps keys no longer than Cache-Control: %s (BK-14)', async (cacheControl, seconds) => {
  const { clock, egress, keys } = setup({ 'cache-control': cacheControl })

  await keys.find(CLIENT, 'one', 'RSA')
  clock.now += seconds - 1
  await keys.find(CLIENT, 'one', 'RSA')
  expect(egress).toHaveBeenCalledTimes(1)

  clock.now += 1
  await keys.find(CLIENT, 'one', 'RSA')
  expect(egress).toHaveBeenCalledTimes(2)
})

test.each(['no-store', 'no-cache', 'max-age=0'])(
  'keeps no keys under %s (BK-14)',
  async (cacheControl) => {
    const { egress, keys } = setup({ 'cache-control': cacheControl })

    await keys.find(CLIENT, 'one', 'RSA')
    await keys.find(CLIENT, 'one', 'RSA')

    expect(egress).toHaveBeenCalledTimes(2)
  },
)

test('finds a key that was added after the set was read (BK-14)', async () => {
  const { published, egress, keys } = setup()

  await keys.find(CLIENT, 'one', 'RSA')
  published.kids = ['one', 'two']

  expect(await keys.find(CLIENT, 'two', 'RSA')).toEqual({ kid: 'two', kty: 'RSA' })
  expect(egress).toHaveBeenCalledTimes(2)
})

test('fetches at most once a minute for kids that somebody makes up (BK-14)', async () => {
  const { clock, egress, keys } = setup()
  await keys.find(CLIENT, 'one', 'RSA')

  for (let i = 0; i < 100; i += 1) {
    expect(await keys.find(CLIENT, `made-up-${i}`, 'RSA')).toBeUndefined()
  }
  expect(egress).toHaveBeenCalledTimes(2)
  expect(await keys.find(CLIENT, 'one', 'RSA')).toBeDefined()

  clock.now += 60
  for (let i = 0; i < 100; i += 1) await keys.find(CLIENT, `made-up-${i}`, 'RSA')
  expect(egress).toHaveBeenCalledTimes(3)
})

test.each([
  ['cannot be reached', () => Promise.reject(new BrokerError('upstream_timeout'))],
  ['answers an error', async () => Response.json({ keys: [] }, { status: 500 })],
  ['answers a redirect', async () => new Response(null, { status: 302 })],
  ['answers HTML', async () => new Response('<html>')],
  ['answers no key set', async () => Response.json({ keys: 'none' })],
  ['answers null', async () => Response.json(null)],
  ['answers keys that are no objects', async () => Response.json({ keys: ['a'] })],
])('says so when the address %s, and asks it again only after a minute', async (_how, answer) => {
  const { clock } = setup()
  const egress = vi.fn(answer)
  const keys = clientKeys({ egress, now: () => clock.now })
  const unavailable = { code: 'client_keys_unavailable', oauthError: 'invalid_client', status: 401 }

  for (let i = 0; i < 10; i += 1) {
    await expect(keys.find(CLIENT, 'one', 'RSA')).rejects.toMatchObject(unavailable)
  }
  expect(egress).toHaveBeenCalledTimes(1)

  clock.now += 60
  await expect(keys.find(CLIENT, 'one', 'RSA')).rejects.toMatchObject(unavailable)
  expect(egress).toHaveBeenCalledTimes(2)
})

test('still knows the keys it has when asking again fails', async () => {
  const { egress, keys } = setup()
  await keys.find(CLIENT, 'one', 'RSA')
  egress.mockRejectedValue(new BrokerError('upstream_timeout'))

  await expect(keys.find(CLIENT, 'two', 'RSA')).rejects.toThrow()
  expect(await keys.find(CLIENT, 'one', 'RSA')).toBeDefined()
})

test('prefers the address to keys in the registry', async () => {
  const { keys } = setup()
  const client = { ...CLIENT, jwks: { keys: [{ kid: 'inline', kty: 'RSA' }] } }

  expect(await keys.find(client, 'inline', 'RSA')).toBeUndefined()
  expect(await keys.find(client, 'one', 'RSA')).toBeDefined()
})

test('finds no key of a client that registered none', async () => {
  const { egress, keys } = setup()

  expect(await keys.find({ clientId: 'bare' }, 'one', 'RSA')).toBeUndefined()
  expect(egress).not.toHaveBeenCalled()
})
