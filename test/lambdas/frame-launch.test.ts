import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import {
  bindingCookie,
  mintBinding,
  probeCookie,
  weakBinding,
} from '#core/launch/browser-binding.ts'
import type { OneTimeRecord } from '#core/launch/one-time-store.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../fixtures.ts'
import { IDLE_CLIENT } from '../support/idle-client.ts'
import { recordingLog } from '../support/recording-log.ts'
import { recordingMetrics } from '../support/recording-metrics.ts'
import { noLinks } from './given-links.ts'

const LAUNCH_URL = 'https://broker.example/live/launch/general-production'
const ISS = 'https://ehr.general.example/fhir'
const EHR = 'https://ehr.general.example'
const IN_FRAME = {
  'sec-fetch-dest': 'iframe',
  'sec-fetch-mode': 'navigate',
  'user-agent': 'Browser/1',
}
const PROBED = { cookies: 'asked' }

function setup(connection: Partial<Connection> = {}) {
  const metrics = recordingMetrics()
  const kept: OneTimeRecord<LaunchClear>[] = []
  const handler = launchHandler({
    registry: aRegistry({
      apps: [anApp()],
      registrations: [aRegistration()],
      connections: [aConnection({ frameAncestors: [EHR], ...connection })],
    }),
    discovery: async () => ({
      issuer: 'https://login.general.example',
      authorization_endpoint: 'https://login.general.example/authorize',
      token_endpoint: 'https://login.general.example/token',
    }),
    launches: {
      ...memoryOneTimeStore<LaunchClear>(() => NOW),
      put: async (_key, record) => void kept.push(record),
    },
    redirectUri: 'https://broker.example/live/redirect',
    ...IDLE_CLIENT,
    ...noLinks({ metrics }),
    log: recordingLog(),
    now: () => NOW,
  })
  const launch = (
    headers: Record<string, string>,
    query: Readonly<Record<string, string>> = {},
    httpMethod = 'GET',
  ) => {
    const parameters = { iss: ISS, launch: 'handle', ...query }
    return handler({
      httpMethod,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      pathParameters: { key: 'general-production' },
      ...(httpMethod === 'POST'
        ? { body: new URLSearchParams(parameters).toString() }
        : {
            multiValueQueryStringParameters: Object.fromEntries(
              Object.entries(parameters).map(([name, value]) => [name, [value]]),
            ),
          }),
    } as Partial<HttpRequest> as HttpRequest)
  }
  return { launch, kept, metrics }
}

const isAtEhr = (location: unknown) => `${location}`.startsWith('https://login.general.example/')
const cookieOf = (setCookie: string) => setCookie.split(';', 1)[0] ?? ''

describe('a launch in a frame', () => {
  it.each(['GET', 'POST'])('by %s is first sent here once more with a cookie', async (method) => {
    const { launch, kept } = setup()
    const { statusCode, headers, multiValueHeaders } = await launch(IN_FRAME, {}, method)

    const again = new URL(`${headers?.['location']}`)
    expect(statusCode).toBe(303)
    expect(again.origin + again.pathname).toBe(LAUNCH_URL)
    expect(Object.fromEntries(again.searchParams)).toEqual({
      iss: ISS,
      launch: 'handle',
      ...PROBED,
    })
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect(multiValueHeaders?.['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-sp-kept=1; .*; Secure; HttpOnly; SameSite=None; Partitioned$/),
    ])
    expect(kept).toEqual([])
  })

  it.each([
    ['that cookie', cookieOf(probeCookie())],
    ['one of another launch', cookieOf(bindingCookie(mintBinding('abcdefgh')))],
  ])('goes on with a cookie of its own where %s came', async (_what, cookie) => {
    const { launch, kept, metrics } = setup({ withoutCookies: 'weaker-binding' })
    const { headers, multiValueHeaders } = await launch({ ...IN_FRAME, cookie }, PROBED)

    expect(isAtEhr(headers?.['location'])).toBe(true)
    expect(multiValueHeaders?.['set-cookie']?.[0]).toMatch(/^__Host-sp-[\w-]{8}=[\w-]{43}; /)
    expect(kept[0]?.browser.cookieHash).not.toBe(weakBinding('Browser/1').cookieHash)
    expect(kept[0]?.expiresAt).toBe(NOW + 600)
    expect(metrics.measures).toEqual([])
  })

  it('without cookies begins nothing, and asks the person to open a window, in the EHR’s frame', async () => {
    const { launch, kept, metrics } = setup()
    const { statusCode, headers, body } = await launch(IN_FRAME, PROBED)

    expect(statusCode).toBe(200)
    const [, href = ''] =
      /<a class="action" href="([^"]*)" target="_blank" rel="noopener noreferrer">/.exec(body) ?? []
    expect(href.replaceAll('&amp;', '&')).toBe(
      `${LAUNCH_URL}?iss=${encodeURIComponent(ISS)}&launch=handle`,
    )
    expect(body).toContain('Open Heartline in a new window')
    expect(headers?.['content-security-policy']).toContain(`frame-ancestors ${EHR}`)
    expect(kept).toEqual([])
    expect(metrics.measures).toEqual([
      { name: 'FramesWithoutCookies', connection: 'general-production', outcome: 'new-window' },
    ])
  })

  it('without cookies goes on where the connection has it so, for three minutes, and is counted', async () => {
    const { launch, kept, metrics } = setup({ withoutCookies: 'weaker-binding' })
    const { headers, multiValueHeaders } = await launch(IN_FRAME, PROBED)

    expect(isAtEhr(headers?.['location'])).toBe(true)
    expect(multiValueHeaders).toBeUndefined()
    expect(kept[0]?.browser.cookieHash).toBe(weakBinding('Browser/1').cookieHash)
    expect(kept[0]?.expiresAt).toBe(NOW + 180)
    expect(metrics.measures).toEqual([
      { name: 'FramesWithoutCookies', connection: 'general-production', outcome: 'weaker-binding' },
    ])
  })

  it('is not sent anywhere for an EHR that is not known here', async () => {
    const { launch } = setup()

    await expect(launch(IN_FRAME, { iss: 'https://evil.example' })).rejects.toMatchObject({
      code: 'launch_issuer_unknown',
    })
  })
})

describe('a launch in a window of its own', () => {
  it.each([
    ['says so', { 'sec-fetch-dest': 'document' }],
    ['does not say', {}],
  ])('has a cookie whatever the policy, where the browser %s', async (_what, headers) => {
    const { launch, kept } = setup({ withoutCookies: 'weaker-binding' })
    const answer = await launch(headers, PROBED)

    expect(isAtEhr(answer.headers?.['location'])).toBe(true)
    expect(answer.multiValueHeaders?.['set-cookie']).toHaveLength(1)
    expect(kept[0]?.expiresAt).toBe(NOW + 600)
  })
})
