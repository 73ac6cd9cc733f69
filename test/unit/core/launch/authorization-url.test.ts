import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { startLaunch } from '#core/launch/begin-launch.ts'
import { aConnection, aRegistration, aRegistry, NOW } from '../../../fixtures.ts'
import { IDLE_CLIENT } from '../../../support/idle-client.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const ENDPOINT = 'https://login.general.example/authorize'
const ISS = 'https://ehr.general.example/fhir'

function begin(launch: string, clientId: string, authorizationEndpoint: string) {
  return startLaunch(
    aConnection(),
    { iss: ISS, launch },
    {
      registry: aRegistry({ registrations: [aRegistration({ clientId })] }),
      discovery: async () => ({
        issuer: 'https://login.general.example',
        authorization_endpoint: authorizationEndpoint,
        token_endpoint: 'https://login.general.example/token',
      }),
      launches: memoryOneTimeStore(() => NOW),
      redirectUri: 'https://broker.example/live/redirect',
      ...IDLE_CLIENT,
      log: recordingLog(),
      now: () => NOW,
    },
  )
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 })
const OURS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'aud',
  'launch',
  'state',
  'code_challenge',
  'code_challenge_method',
  'nonce',
]

describe('the authorization URL', () => {
  it('carries any launch and client id as they are, and goes nowhere but to the endpoint (property)', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.stringMatching(/^[\x20-\x7e]{1,80}$/), async (launch, clientId) => {
        const { url } = await begin(launch, clientId, ENDPOINT)

        expect(url.href.split('?')[0]).toBe(ENDPOINT)
        expect(url.hash).toBe('')
        const parameters = new URL(url.href).searchParams
        expect([...parameters.keys()].sort()).toEqual(OURS.toSorted())
        expect(parameters.get('launch')).toBe(launch)
        expect(parameters.get('client_id')).toBe(clientId)
        expect(parameters.get('aud')).toBe(ISS)
      }),
    )
  })

  it('keeps the endpoint’s own query, but for parameters that are ours (property, RFC 6749 §3.1)', async () => {
    const own = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), text), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(own, async (pairs) => {
        const query = new URLSearchParams([...pairs, ['state', 'planted'], ['scope', 'all']])

        const { url } = await begin('handle', 'client', `${ENDPOINT}?${query}`)

        const { searchParams } = new URL(url.href)
        for (const name of OURS) expect(searchParams.getAll(name)).toHaveLength(1)
        expect(searchParams.get('state')).not.toBe('planted')
        const kept = [...searchParams].filter(([name]) => !OURS.includes(name))
        expect(kept).toEqual(pairs.filter(([name]) => !OURS.includes(name)))
      }),
    )
  })

  it('has a state and a nonce of 256 random bits for each launch', async () => {
    const urls = await Promise.all(
      Array.from({ length: 20 }, () => begin('handle', 'client', ENDPOINT)),
    )

    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = urls.map(({ url }) => url.searchParams.get(name) ?? '')
      expect(new Set(values).size).toBe(20)
      for (const one of values) expect(Buffer.from(one, 'base64url')).toHaveLength(32)
    }
  })
})
