import { describe, expect, it } from 'vitest'
import { checkAuthorization } from '#sandbox/ehr/guises/check-authorization.ts'
import { GUISES } from '#sandbox/ehr/guises/index.ts'
import { innerToken, shapeTokenAnswer } from '#sandbox/ehr/guises/shape-token-answer.ts'

const FHIR = 'http://127.0.0.1:4010/fhir/R4'
const ISSUER = 'http://127.0.0.1:4010/oauth'

/** The request of a client that knows SMART, and nothing of the vendor. */
function smartRequest(changes: Readonly<Record<string, string>> = {}) {
  const parameters = {
    response_type: 'code',
    scope: 'launch openid fhirUser offline_access patient/*.rs',
    aud: `${FHIR}/`,
    launch: 'handle',
    state: 's'.repeat(43),
    code_challenge: 'c',
    ...changes,
  }
  return new URLSearchParams(parameters)
}

const authorize = (vendor: string, request = smartRequest()) =>
  checkAuthorization(request, GUISES[vendor] ?? {}, {
    fhirBaseUrl: FHIR,
    mintHandle: () => 'minted',
  })

describe('a guise', () => {
  it.each([
    ['oracle-health', /scope patient\/\*\.rs/],
    ['athena-flex', /response_type must be/],
    ['eclinicalworks', /without a slash/],
    ['nextgen', /no aud/],
    ['va-lighthouse', /no aud/],
    ['veradigm-dstu2', /PKCE is not known/],
    ['google-healthcare', /scope patient\/\*\.rs/],
    ['cms-bluebutton', /scope fhirUser/],
    ['aetna', /scope offline_access/],
    ['google', /no aud/],
    ['auth0', /aud is missing/],
  ])('of %s refuses a client that knows SMART only', (vendor, refused) => {
    expect(authorize(vendor)).toEqual({ refused: expect.stringMatching(refused) })
  })

  it.each(['smart', 'epic', 'medplum', 'smart-launcher'])('of %s takes it', (vendor) => {
    expect(authorize(vendor)).toHaveProperty('parameters')
  })

  it('wants a state that is long enough where its vendor does', () => {
    const short = smartRequest({ scope: 'openid', state: 'short' })

    expect(authorize('cms-bluebutton', short)).toEqual({ refused: 'state is too short' })
  })

  describe('at the token endpoint', () => {
    const answer = async (
      vendor: string,
      parameters: Readonly<Record<string, string>>,
      body: Readonly<Record<string, unknown>> = {
        access_token: 'at',
        refresh_token: 'rt',
        scope: 's',
      },
      status = 200,
    ) => {
      return shapeTokenAnswer(
        { status, body },
        { authorization: 'Basic eA==', parameters },
        {
          guise: GUISES[vendor] ?? {},
          issuer: ISSUER,
          fhirBaseUrl: FHIR,
          signingKey: {},
          context: { patient: 'p-1' },
        },
      )
    }
    const refresh = { grant_type: 'refresh_token' }

    it.each([
      ['athenahealth', refresh, /scope is missing/],
      ['athena-flex', refresh, /./],
      ['va-lighthouse', { grant_type: 'authorization_code' }, /./],
      ['openemr', refresh, /client_id is missing/],
      ['epic', { ...refresh, client_id: 'c' }, /./],
    ])('%s refuses %j', async (vendor, parameters, problem) => {
      const { status, body } = await answer(vendor, parameters)

      expect(status).toBeGreaterThanOrEqual(400)
      expect(JSON.stringify(body)).toMatch(problem)
      expect(body).toMatchObject({ error: 'invalid_request' })
    })

    it('has errors in the vendor’s form', async () => {
      const error = { error: 'invalid_grant' }

      expect(await answer('epic', refresh, error, 400)).toMatchObject({
        body: { error_description: null },
      })
      expect(await answer('athena-flex', refresh, error, 400)).toMatchObject({ status: 500 })
      expect(await answer('smart-launcher', refresh, error, 400)).toMatchObject({ status: 403 })
    })

    it('puts the patient where the vendor has it', async () => {
      expect((await answer('smart', {})).body).toMatchObject({ patient: 'p-1' })
      expect((await answer('cms-bluebutton', {})).body).not.toHaveProperty('patient')
      expect((await answer('cms-bluebutton', refresh)).body).toMatchObject({ patient: 'p-1' })

      const { access_token: token } = (await answer('veradigm-dstu2', {})).body
      const [, payload = ''] = `${token}`.split('.')
      expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
        local_patient_id: 'p-1',
      })
      expect(innerToken(`${token}`)).toBe('at')
    })
  })
})
