import { exportJWK, generateKeyPair, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { appToken } from '#client/index.ts'

const TOKEN_URL = 'https://broker.example/auth/token'

const { publicKey, privateKey } = await generateKeyPair('ES384', { extractable: true })
const KEY = { ...(await exportJWK(privateKey)), alg: 'ES384', kid: 'key-1' }

/** A token endpoint that counts, a clock to be moved, and the client of both. */
function setup(answer = (n: number) => Response.json({ access_token: `t${n}`, expires_in: 300 })) {
  const forms: URLSearchParams[] = []
  const clock = { ms: Date.now() }
  const client = appToken({
    tokenUrl: TOKEN_URL,
    clientId: 'heartline-server',
    key: KEY,
    now: () => clock.ms,
    fetch: async (_url, init) => {
      forms.push(init?.body as URLSearchParams)
      return answer(forms.length)
    },
  })
  return { client, forms, clock }
}

describe('appToken', () => {
  it('proves itself by an assertion for exactly this endpoint', async () => {
    const { client, forms } = setup()
    await client.get()

    const { payload, protectedHeader } = await jwtVerify(
      forms[0]?.get('client_assertion') ?? '',
      publicKey,
      { audience: TOKEN_URL, issuer: 'heartline-server', subject: 'heartline-server' },
    )
    expect(protectedHeader.kid).toBe('key-1')
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
  })

  it('asks once for a hundred callers, first and at renewal', async () => {
    const { client, forms, clock } = setup()
    const all = () => Promise.all(Array.from({ length: 100 }, () => client.get()))

    expect(new Set(await all())).toEqual(new Set(['t1']))
    clock.ms += 271_000
    expect(new Set(await all())).toEqual(new Set(['t2']))
    expect(forms).toHaveLength(2)
  })

  it('keeps a token until half a minute before its end', async () => {
    const { client, clock } = setup()
    await client.get()
    clock.ms += 269_000
    expect(await client.get()).toBe('t1')
    clock.ms += 1_000
    expect(await client.get()).toBe('t2')
  })

  it('replaces a refused token once, whoever reports it', async () => {
    const { client, forms } = setup()
    const refused = await client.get()
    const replaced = await Promise.all([client.get({ refused }), client.get({ refused })])

    expect(replaced).toEqual(['t2', 't2'])
    expect(forms).toHaveLength(2)
  })

  it('keeps tokens of sessions and scopes apart', async () => {
    const { client, forms } = setup()
    const wishes = [{}, { session: 's1' }, { session: 's2' }, { scope: 'system/*.rs' }]
    const tokens: string[] = []
    for (const wish of wishes) tokens.push(await client.get(wish))

    expect(new Set(tokens).size).toBe(4)
    expect(await client.get({ session: 's1' })).toBe(tokens[1])
    expect(forms.map((form) => form.get('session'))).toEqual([null, 's1', 's2', null])
    expect(forms[3]?.get('scope')).toBe('system/*.rs')
  })

  it('tells a refusal in the endpoint’s words, and asks anew the next time', async () => {
    const { client } = setup((n) =>
      n === 1
        ? Response.json({ error: 'invalid_client' }, { status: 401 })
        : Response.json({ access_token: 'good', expires_in: 300 }),
    )

    await expect(client.get()).rejects.toMatchObject({
      code: 'app_token_refused',
      status: 401,
      error: 'invalid_client',
    })
    expect(await client.get()).toBe('good')
  })

  it.each([
    ['no JSON', () => new Response('<html>')],
    ['no token', () => Response.json({ expires_in: 300 })],
    ['null', () => Response.json(null)],
    ['an end in words', () => Response.json({ access_token: 't', expires_in: 'soon' })],
    ['a broken connection', () => Promise.reject(new TypeError('fetch failed')) as never],
  ])('says unavailable of %s', async (_what, answer) => {
    await expect(setup(answer).client.get()).rejects.toMatchObject({
      code: 'app_token_unavailable',
    })
  })
})
