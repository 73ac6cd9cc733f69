import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../fixtures.ts'
import { recordingLog } from '../support/recording-log.ts'

function setup(headers: Record<string, string> = {}) {
  const handler = launchHandler({
    registry: aRegistry({
      apps: [anApp()],
      registrations: [aRegistration()],
      connections: [aConnection()],
    }),
    discovery: async () => ({
      issuer: 'https://login.general.example',
      authorization_endpoint: 'https://login.general.example/authorize',
      token_endpoint: 'https://login.general.example/token',
    }),
    launches: memoryOneTimeStore(() => NOW),
    redirectUri: 'https://broker.example/live/redirect',
    log: recordingLog(),
    now: () => NOW,
  })
  const request: Partial<HttpRequest> = {
    httpMethod: 'GET',
    headers,
    pathParameters: { key: 'general-production' },
    multiValueQueryStringParameters: {
      iss: ['https://ehr.general.example/fhir'],
      launch: ['handle'],
    },
  }
  return () => handler(request as HttpRequest)
}

describe('a launch', () => {
  it('goes on by 303, so that nothing is posted again (RFC 9700 §4.12)', async () => {
    expect(await setup()()).toMatchObject({ statusCode: 303 })
  })

  it('asks with an S256 challenge (RFC 9700 §2.1.1)', async () => {
    const location = new URL(String((await setup()()).headers?.['location']))

    expect(location.searchParams.get('code_challenge_method')).toBe('S256')
    expect(location.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  })

  it.each(['cors', 'no-cors', 'same-origin', 'websocket'])(
    'begins by a navigation only, and not in mode %s',
    async (mode) => {
      await expect(setup({ 'sec-fetch-mode': mode })()).rejects.toMatchObject({
        code: 'navigation_required',
      })
      expect(await setup({ 'sec-fetch-mode': 'navigate' })()).toMatchObject({ statusCode: 303 })
    },
  )
})
