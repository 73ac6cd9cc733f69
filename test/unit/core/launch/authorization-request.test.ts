import { describe, expect, it } from 'vitest'
import { authorizationRequest } from '#core/launch/authorization-request.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { aConnection, aRegistration } from '../../../fixtures.ts'

async function parametersWith(
  vendorOverrides: Partial<VendorBehavior>,
  changes: {
    readonly iss?: string
    readonly launch?: string
    readonly codeVerifier?: string
    readonly scopes?: readonly string[]
  } = {},
) {
  const connection = aConnection({ vendorOverrides })
  const {
    iss = 'https://EHR.general.example/fhir/',
    codeVerifier = 'v'.repeat(43),
    launch,
  } = changes
  const { parameters } = await authorizationRequest({
    connection,
    registration: aRegistration(),
    scopes: changes.scopes ?? connection.scopes,
    iss,
    ...(launch !== undefined && { launch }),
    redirectUri: 'https://api.example/redirect',
    state: 'state-1',
    secrets: { nonce: 'nonce-1', ...(vendorOverrides.pkce !== 'none' && { codeVerifier }) },
  })
  return parameters
}

describe('authorizationRequest', () => {
  it.each(['offline_access', 'online_access'])(
    'asks to stay connected by %s where that is configured, and else by nothing (SM-33)',
    async (scope) => {
      const asking = await parametersWith({}, { scopes: ['launch', 'openid', scope] })
      const silent = await parametersWith({}, { scopes: ['launch', 'openid'] })

      expect(asking['scope']).toBe(`launch openid ${scope}`)
      expect(silent['scope']).toBe('launch openid')
    },
  )

  it('has all that SMART asks for (SM-20, 24, IN-04)', async () => {
    expect(await parametersWith({}, { launch: 'handle' })).toEqual({
      response_type: 'code',
      client_id: 'client-at-general',
      redirect_uri: 'https://api.example/redirect',
      scope: 'launch openid fhirUser patient/*.rs offline_access',
      state: 'state-1',
      aud: 'https://EHR.general.example/fhir/',
      launch: 'handle',
      nonce: 'nonce-1',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it('has no launch where none came (SM-07)', async () => {
    expect(await parametersWith({})).not.toHaveProperty('launch')
  })

  it('never asks for a sign-on of a certain age (SM-32)', async () => {
    expect(await parametersWith({})).not.toHaveProperty('max_age')
  })

  it.each([
    ['as-received', 'https://h/fhir/', 'https://h/fhir/'],
    ['as-received', 'https://h/fhir', 'https://h/fhir'],
    ['without-slash', 'https://h/fhir/', 'https://h/fhir'],
    ['with-slash', 'https://h/fhir', 'https://h/fhir/'],
    ['with-slash', 'https://h/fhir/', 'https://h/fhir/'],
    ['omitted', 'https://h/fhir', undefined],
    ['https://h/other', 'https://h/fhir', 'https://h/other'],
  ] as const)('sends aud %s of %s as %s (SM-21)', async (audience, iss, aud) => {
    expect((await parametersWith({ audience }, { iss }))['aud']).toBe(aud)
  })

  it.each(['audience', 'resource'] as const)(
    'names the FHIR base by %s, and not twice (RI-01)',
    async (audienceParameter) => {
      const parameters = await parametersWith({ audienceParameter }, { iss: 'https://h/fhir' })

      expect(parameters).toMatchObject({ [audienceParameter]: 'https://h/fhir' })
      expect(parameters).not.toHaveProperty('aud')
    },
  )

  it('adds the vendor’s parameters, which replace none of ours', async () => {
    const authorizeParameters = { prompt: 'consent', state: 'fixed', client_id: 'another' }

    expect(await parametersWith({ authorizeParameters })).toMatchObject({
      prompt: 'consent',
      state: 'state-1',
      client_id: 'client-at-general',
    })
  })

  it('asks for another response type and mode, no nonce and no PKCE where the vendor wants it so', async () => {
    const asked = await parametersWith({
      responseType: 'code id_token',
      responseMode: 'form_post',
      pkce: 'none',
    })
    expect(asked).toMatchObject({ response_type: 'code id_token', response_mode: 'form_post' })
    expect(asked).not.toHaveProperty('code_challenge')
    expect(asked).not.toHaveProperty('code_challenge_method')
    expect(await parametersWith({ nonce: 'none' })).not.toHaveProperty('nonce')
    expect(await parametersWith({}, { scopes: ['launch'] })).not.toHaveProperty('nonce')
    expect(
      await parametersWith({ responseType: 'code id_token' }, { scopes: ['launch'] }),
    ).toHaveProperty('nonce', 'nonce-1')
    expect(await parametersWith({ audience: 'omitted' })).not.toHaveProperty('aud')
  })
})
