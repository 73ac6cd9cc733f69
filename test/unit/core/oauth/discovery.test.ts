import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { cachedDiscovery, discoverAuthorizationServer } from '#core/oauth/discovery.ts'
import { aConnection, NOW } from '../../../fixtures.ts'

const BASE = 'https://ehr.general.example/fhir'
const DOCUMENT = {
  issuer: 'https://login.general.example',
  jwks_uri: 'https://login.general.example/jwks',
  authorization_endpoint: 'https://login.general.example/authorize',
  token_endpoint: 'https://login.general.example/token',
}

function setup(
  body: unknown = DOCUMENT,
  init: ResponseInit = { headers: { 'content-type': 'application/json' } },
) {
  const asked: string[] = []
  let answer = { body, init }
  return {
    asked,
    answerWith: (next: unknown) => {
      answer = { ...answer, body: next }
    },
    egress: async (url: string | URL) => {
      asked.push(String(url))
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return new Response(text, answer.init)
    },
  }
}

describe('discoverAuthorizationServer', () => {
  it.each([
    ['https://h.example', 'https://h.example/.well-known/smart-configuration'],
    ['https://h.example/fhir', 'https://h.example/fhir/.well-known/smart-configuration'],
    ['https://h.example/a/b/R4/', 'https://h.example/a/b/R4/.well-known/smart-configuration'],
  ])('appends the well-known part to %s (SM-08)', async (base, expected) => {
    const { egress, asked } = setup()

    await discoverAuthorizationServer(base, egress)

    expect(asked).toEqual([expected])
  })

  it('resolves relative endpoints against the base (SM-10)', async () => {
    const { egress } = setup({
      ...DOCUMENT,
      token_endpoint: 'token',
      authorization_endpoint: '/login',
    })

    expect(await discoverAuthorizationServer(BASE, egress)).toMatchObject({
      token_endpoint: 'https://ehr.general.example/fhir/token',
      authorization_endpoint: 'https://ehr.general.example/login',
    })
  })

  it.each(['authorization_endpoint', 'token_endpoint'])(
    'names a missing %s (SM-11)',
    async (parameter) => {
      const { egress } = setup({ ...DOCUMENT, [parameter]: undefined })

      await expect(discoverAuthorizationServer(BASE, egress)).rejects.toMatchObject({
        code: 'discovery_failed',
        detail: { parameter, reason: 'missing' },
      })
    },
  )

  it('does without a key set and an issuer of its own', async () => {
    const { egress } = setup({ ...DOCUMENT, jwks_uri: undefined, issuer: undefined })

    const metadata = await discoverAuthorizationServer(BASE, egress)

    expect(metadata.issuer).toBe(BASE)
    expect(metadata.jwks_uri).toBeUndefined()
  })

  it.each([
    ['HTML', '<html>sign in</html>', 200, 'not_json'],
    ['nothing', '', 200, 'not_json'],
    ['a list', [], 200, 'not_an_object'],
    ['a 404', {}, 404, 'status_404'],
    ['a redirect', {}, 302, 'status_302'],
  ])('refuses %s', async (_name, body, status, reason) => {
    const { egress } = setup(body, { status })

    await expect(discoverAuthorizationServer(BASE, egress)).rejects.toMatchObject({
      code: 'discovery_failed',
      detail: { reason },
    })
  })

  it('says so when the EHR cannot be reached', async () => {
    const egress = () => Promise.reject(new BrokerError('upstream_timeout'))

    await expect(discoverAuthorizationServer(BASE, egress)).rejects.toMatchObject({
      code: 'discovery_failed',
      detail: { reason: 'upstream_timeout' },
    })
  })
})

describe('cachedDiscovery', () => {
  it.each([
    [undefined, 599, 1],
    [undefined, 601, 2],
    ['max-age=5', 59, 1],
    ['max-age=5', 61, 2],
    ['public, max-age=99999999', 3_599, 1],
    ['public, max-age=99999999', 3_601, 2],
  ])(
    'with Cache-Control %s and %d s later has asked %d times',
    async (cacheControl, later, times) => {
      const { egress, asked } = setup(DOCUMENT, {
        headers: cacheControl ? { 'cache-control': cacheControl } : {},
      })
      let time = NOW
      const discovery = cachedDiscovery({ egress, now: () => time })

      await discovery(aConnection())
      time += later
      await discovery(aConnection())

      expect(asked).toHaveLength(times)
    },
  )

  it.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])(
    'refuses a %s on a host that the registry does not have',
    async (parameter) => {
      const { egress } = setup({ ...DOCUMENT, [parameter]: 'https://evil.example/x' })

      await expect(
        cachedDiscovery({ egress, now: () => NOW })(aConnection()),
      ).rejects.toMatchObject({
        code: 'discovery_failed',
        detail: { parameter, host: 'evil.example', reason: 'endpoint_host_moved' },
      })
    },
  )

  it('does not keep a document that moved', async () => {
    const { egress, answerWith } = setup({ ...DOCUMENT, token_endpoint: 'https://evil.example/x' })
    const discovery = cachedDiscovery({ egress, now: () => NOW })
    await expect(discovery(aConnection())).rejects.toMatchObject({ code: 'discovery_failed' })

    answerWith(DOCUMENT)

    expect(await discovery(aConnection())).toMatchObject({
      token_endpoint: DOCUMENT.token_endpoint,
    })
  })
})
