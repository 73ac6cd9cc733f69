import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sessionKey } from '#client/index.ts'
import { EXAMPLES, givenApp } from './given-app.ts'

async function setup(name: string) {
  const app = await givenApp(name)
  onTestFinished(() => app.close())

  /** Signs on, and gives what the browser then has: its page’s path and its cookie. */
  const signOn = async (session: string) => {
    const told = await app.sso(session)
    const start = new URL(told.headers.get('location') ?? '')
    const opened = await app.at(start.pathname + start.search)
    const cookie = opened.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    return { start, path: opened.headers.get('location') ?? '', headers: { cookie } }
  }
  return { ...app, signOn }
}

describe.each(Object.keys(EXAMPLES))('the example %s', (name) => {
  it('takes a sign-on, shows its chart to that browser alone, and opens its link once', async () => {
    const { at, asked, signOn } = await setup(name)
    const { start, path, headers } = await signOn('session-1')
    expect(start.origin).toBe('https://app.example')
    expect(start.href).not.toContain('session-1')
    expect(path).toBe(`/s/${await sessionKey('session-1')}`)

    const page = await at(path, { headers })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('Of session-1')
    expect(asked.at(-1)?.authorization).toBe('Bearer token-of-session-1')
    expect(asked.at(-1)?.url).toMatch(
      /^\/live\/fhir\/R4\/general\/Development\/Observation\?[^|]+$/,
    )

    expect((await at(path)).status).toBe(403)
    expect((await at(start.pathname + start.search)).status).toBe(403)
  })

  it('keeps two launches in one browser apart', async () => {
    const { at, signOn } = await setup(name)
    const [one, other] = [await signOn('session-1'), await signOn('session-2')]
    const headers = { cookie: `${one.headers.cookie}; ${other.headers.cookie}` }

    const texts = [await at(one.path, { headers }), await at(other.path, { headers })]
    const [first = '', second = ''] = await Promise.all(texts.map((answer) => answer.text()))
    expect(first).toContain('Of session-1')
    expect(first).not.toContain('session-2')
    expect(second).toContain('Of session-2')
    expect((await at(one.path, { headers: other.headers })).status).toBe(403)
  })

  it('refuses another app’s message and a forged webhook, and ends a visit by a real one', async () => {
    const { at, sso, webhook, signOn } = await setup(name)
    const { path, headers } = await signOn('session-1')
    const key = await sessionKey('session-1')

    expect((await sso('session-1', 'another-app')).status).toBe(401)
    expect((await webhook(key, `whsec_${'A'.repeat(44)}`)).status).toBe(401)
    expect((await at(path, { headers })).status).toBe(200)
    expect((await webhook(key)).status).toBe(204)
    expect((await at(path, { headers })).status).toBe(403)
  })

  it('says in a sentence that the session is over', async () => {
    const { at, end, signOn } = await setup(name)
    const { path, headers } = await signOn('session-1')
    end()

    expect(await (await at(path, { headers })).text()).toContain(
      'The session is over. Launch the app again from the EHR.',
    )
  })
})

describe.each(['express', 'fastify', 'hono', 'next'])('the example %s', (name) => {
  it('signs off: at the broker, and here', async () => {
    const { at, asked, signOn } = await setup(name)
    const { path, headers } = await signOn('session-1')
    const answer = await at(`${path}/sign-off`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    })

    expect(answer.status).toBe(200)
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['DELETE /live/session'])
    expect((await at(path, { headers })).status).toBe(403)
  })

  it('puts no markup of a message on its page', async () => {
    const { at, signOn } = await setup(name)
    const { path, headers } = await signOn('session-1')

    expect(await (await at(path, { headers })).text()).not.toContain('Rosa <b>')
  })
})

describe('the example forty-lines', () => {
  it('has forty lines at most', () => {
    const source = new URL('../../../examples/apps/forty-lines.ts', import.meta.url)
    expect(readFileSync(source, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })
})
