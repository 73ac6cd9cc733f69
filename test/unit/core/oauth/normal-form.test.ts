import fc from 'fast-check'
import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { readTokenAnswer } from '#core/oauth/token-answer.ts'
import { readGrant, type TokenGrant } from '#core/oauth/token-grant.ts'
import { profileOf, type VendorChoice } from '#core/vendors/profile-of.ts'
import { NOW } from '../../../fixtures.ts'
import { checkProperty } from '../../../support/check-property.ts'

const BASE = 'https://ehr.example/fhir'
const ASKED = ['openid', 'fhirUser', 'patient/Observation.read']

interface Sent {
  readonly body: unknown
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly vendor?: VendorChoice
  readonly scopes?: readonly string[]
}

/** A token endpoint's answer brought into its normal form, secrets in clear. */
async function normal({ body, status = 200, headers = {}, vendor = {}, scopes = ASKED }: Sent) {
  const profile = profileOf(vendor)
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await readTokenAnswer(new Response(text, { status, headers }), profile)
  if (answer.kind !== 'tokens') return answer
  const read = readGrant(answer.members, { profile, fhirBaseUrl: BASE, scopes, receivedAt: NOW })
  return 'refused' in read ? read : shown(read.grant)
}

function shown({ accessToken, refreshToken, ...rest }: TokenGrant) {
  const absent = { patient: undefined, idToken: undefined, refreshExpiresAt: undefined }
  return {
    ...absent,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
    ...rest,
  }
}

const tokens = (members: Readonly<Record<string, unknown>>) => ({
  access_token: 'at',
  token_type: 'Bearer',
  expires_in: 60,
  scope: ASKED.join(' '),
  ...members,
})

const jwt = (claims: Record<string, unknown>) => new UnsecuredJWT(claims).encode()

/** Rows of what servers have been seen to answer, by what each is about, and the normal form. */
const GRANTS: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  ['a token type in lower case', { body: tokens({ token_type: 'bearer' }) }, { warnings: [] }],
  [
    'no token type',
    { body: tokens({ token_type: undefined }) },
    { accessToken: 'at', warnings: ['token_type_unstated'] },
  ],
  [
    'a word of the vendor’s for Bearer',
    {
      body: tokens({ token_type: 'User Access Token' }),
      vendor: { vendorOverrides: { tokenTypeAliases: ['User Access Token'] } },
    },
    { accessToken: 'at' },
  ],
  ['a life in seconds', { body: tokens({ expires_in: 570 }) }, { expiresAt: NOW + 570 }],
  ['a life as text', { body: tokens({ expires_in: '3599' }) }, { expiresAt: NOW + 3_599 }],
  [
    'a life with a fraction',
    { body: tokens({ expires_in: 16_768.523842 }) },
    { expiresAt: NOW + 16_768 },
  ],
  [
    'a life as 3600.0',
    { body: '{"access_token":"at","token_type":"bearer","expires_in":3600.0}' },
    { expiresAt: NOW + 3_600 },
  ],
  [
    'no life',
    {
      body: tokens({ expires_in: undefined }),
      vendor: { vendorOverrides: { defaultTokenSeconds: 900 } },
    },
    { expiresAt: NOW + 900, warnings: ['expires_in_unstated'] },
  ],
  [
    'a life of zero with a token',
    { body: tokens({ expires_in: 0 }) },
    { expiresAt: NOW + 3_600, warnings: ['expires_in_unstated'] },
  ],
  ['a life below zero', { body: tokens({ expires_in: -1 }) }, { expiresAt: NOW + 3_600 }],
  [
    'a life of ages',
    { body: tokens({ expires_in: 1e12 }) },
    { expiresAt: NOW + 31 * 86_400, warnings: ['expires_in_too_long'] },
  ],
  [
    'a life that is no number',
    { body: tokens({ expires_in: 'soon' }) },
    { expiresAt: NOW + 3_600 },
  ],
  [
    'expires in place of expires_in',
    { body: tokens({ expires_in: undefined, expires: 5_183 }) },
    { expiresAt: NOW + 5_183 },
  ],
  [
    'expires_on where expires_in is missing',
    { body: tokens({ expires_in: undefined, expires_on: `${NOW + 700}`, not_before: `${NOW}` }) },
    { expiresAt: NOW + 700 },
  ],
  [
    'expires_on beside expires_in',
    { body: tokens({ expires_on: '1503394903' }) },
    { expiresAt: NOW + 60 },
  ],
  ['ext_expires_in', { body: tokens({ ext_expires_in: 0 }) }, { expiresAt: NOW + 60, extras: {} }],
  [
    'the life of a refresh token',
    { body: tokens({ refresh_expires_in: 1_800 }) },
    { refreshExpiresAt: NOW + 1_800 },
  ],
  [
    'a refresh token’s life of zero, which is not known',
    { body: tokens({ refresh_expires_in: 0 }) },
    { refreshExpiresAt: undefined },
  ],
  [
    'the end of the consent, with a space in it',
    { body: tokens({ access_grant_expiration: '2026-09-05 19:17:53Z' }) },
    { consentExpiresAt: Date.parse('2026-09-05T19:17:53Z') / 1_000 },
  ],
  [
    'scopes with spaces about',
    { body: tokens({ scope: 'a b  c ' }), scopes: ['a', 'b', 'c'] },
    { scopes: ['a', 'b', 'c'], warnings: [] },
  ],
  [
    'scopes of no context',
    { body: tokens({ scope: 'Patient.read Patient.search ' }) },
    {
      scopes: ['Patient.read', 'Patient.search'],
      warnings: expect.arrayContaining(['scope_legacy']),
    },
  ],
  [
    'a scope twice, in two cases',
    { body: tokens({ scope: 'patient/X.Read patient/X.read' }) },
    { scopes: ['patient/X.read'] },
  ],
  [
    'scopes as a list',
    { body: tokens({ scope: ['openid', 'x', 7] }) },
    { scopes: ['openid', 'x'] },
  ],
  ['scopes with commas', { body: tokens({ scope: 'a,b' }) }, { scopes: ['a', 'b'] }],
  [
    'a filter with a comma',
    { body: tokens({ scope: 'patient/X.rs?category=a,b' }) },
    { scopes: ['patient/X.rs?category=a,b'] },
  ],
  [
    'scope null',
    { body: tokens({ scope: null }) },
    { scopes: ASKED, warnings: ['scope_unstated'] },
  ],
  [
    'no scope: what was asked for, or what the session has',
    { body: tokens({ scope: undefined }) },
    { scopes: ASKED, warnings: ['scope_unstated'] },
  ],
  [
    'scopes, and none of them',
    { body: tokens({ scope: ' ' }) },
    { scopes: [], warnings: ['scope_reduced'] },
  ],
  [
    'a scope behind its audience',
    { body: tokens({ scope: 'https://h/patient$Patient.read' }) },
    { scopes: ['patient/Patient.read'] },
  ],
  [
    'scopes with dots',
    { body: tokens({ scope: 'patient.*.read launch.patient' }) },
    { scopes: ['patient/*.read', 'launch/patient'] },
  ],
  [
    'a dotted scope that is not SMART’s',
    { body: tokens({ scope: 'user.email launch.it' }) },
    { scopes: ['user.email', 'launch.it'] },
  ],
  [
    'fewer scopes than asked for (SM-52, IN-27)',
    { body: tokens({ scope: 'openid' }) },
    { scopes: ['openid'], warnings: ['scope_reduced'] },
  ],
  [
    'more scopes than asked for',
    { body: tokens({ scope: `${ASKED.join(' ')} user/X.read` }) },
    { scopes: [...ASKED, 'user/X.read'], warnings: ['scope_extra'] },
  ],
  [
    'the same meaning in the other version',
    { body: tokens({ scope: 'openid fhirUser patient/Observation.rs' }) },
    { warnings: [] },
  ],
  [
    'online_access that a refresh lists',
    { body: tokens({ scope: 'online_access patient/X.rs' }) },
    { scopes: ['online_access', 'patient/X.rs'] },
  ],
  ['a patient', { body: tokens({ patient: 'abc' }) }, { patient: 'abc' }],
  [
    'a patient as a reference (SM-60)',
    { body: tokens({ patient: 'Patient/1234' }) },
    { patient: '1234' },
  ],
  [
    'a patient below the FHIR base',
    { body: tokens({ patient: `${BASE}/Patient/1234` }) },
    { patient: '1234' },
  ],
  [
    'a patient with a minus',
    { body: tokens({ patient: '-20140000000001' }) },
    { patient: '-20140000000001' },
  ],
  ['a patient as a number', { body: tokens({ patient: 1234 }) }, { patient: '1234' }],
  [
    'an encounter as a reference',
    { body: tokens({ encounter: 'Encounter/9' }) },
    { encounter: '9' },
  ],
  [
    'a patient in a claim that the profile names',
    {
      body: tokens({ access_token: jwt({ local_patient_id: '77' }) }),
      vendor: { vendor: 'veradigm-dstu2' },
    },
    { patient: '77' },
  ],
  [
    'a patient in a claim that no profile names',
    { body: tokens({ access_token: jwt({ local_patient_id: '77' }) }) },
    { patient: undefined },
  ],
  [
    'a patient in another server’s claim',
    { body: tokens({ access_token: jwt({ patient_id: '78' }) }), vendor: { vendor: 'keycloak' } },
    { patient: '78' },
  ],
  [
    'an opaque token where a claim was expected',
    { body: tokens({}), vendor: { vendor: 'keycloak' } },
    { patient: undefined },
  ],
  [
    'a patient of an older version under a name of the vendor’s',
    { body: tokens({ '__epic.dstu2.patient': 'T1' }) },
    { extras: { '__epic.dstu2.patient': 'T1' } },
  ],
  [
    'need_patient_banner as text',
    { body: tokens({ need_patient_banner: 'false' }) },
    { context: { need_patient_banner: false } },
  ],
  [
    'need_patient_banner',
    { body: tokens({ need_patient_banner: true }) },
    { context: { need_patient_banner: true } },
  ],
  ['no need_patient_banner, which is not false (SM-62)', { body: tokens({}) }, { context: {} }],
  [
    'state and client_id repeated',
    { body: tokens({ state: 's', client_id: 'c' }) },
    { extras: {} },
  ],
  [
    'members of the vendor’s own (SM-53)',
    {
      body: tokens({
        location: 'L',
        userId: 'u',
        'not-before-policy': 0,
        'https://x.example/ext': { a: 1 },
        empty: null,
      }),
    },
    {
      extras: {
        location: 'L',
        userId: 'u',
        'not-before-policy': 0,
        'https://x.example/ext': { a: 1 },
      },
    },
  ],
  [
    'the practice',
    { body: tokens({ ah_practice: 'a-1.Practice-80000' }) },
    { extras: { ah_practice: 'a-1.Practice-80000' } },
  ],
  ['no refresh token', { body: tokens({ refresh_token: '' }) }, { refreshToken: undefined }],
  ['a refresh token', { body: tokens({ refresh_token: 'rt' }) }, { refreshToken: 'rt' }],
  [
    'a refresh token of another type',
    { body: tokens({ refresh_token: ['rt'] }) },
    { refreshToken: undefined },
  ],
  ['no ID token', { body: tokens({ id_token: null }) }, { idToken: undefined }],
  [
    'fhirUser in the response',
    { body: tokens({ fhirUser: 'Practitioner/1' }) },
    { fhirUser: 'Practitioner/1' },
  ],
  ['status 201', { body: tokens({}), status: 201 }, { accessToken: 'at' }],
  [
    'JSON as text/plain',
    { body: tokens({}), headers: { 'content-type': 'text/plain' } },
    { accessToken: 'at' },
  ],
  [
    'JSON as text/javascript',
    { body: tokens({}), headers: { 'content-type': 'text/javascript' } },
    { accessToken: 'at' },
  ],
  [
    'a form',
    { body: 'access_token=at&scope=a%2Cb&token_type=bearer' },
    { accessToken: 'at', scopes: ['a', 'b'] },
  ],
  [
    'tokens in a member that the profile names',
    { body: { body: tokens({}) }, vendor: { vendorOverrides: { tokenResponseMember: 'body' } } },
    { accessToken: 'at' },
  ],
  [
    'camel case',
    {
      body: {
        accessToken: 'at',
        refreshToken: 'rt',
        accessTokenExpiresAt: new Date((NOW + 90) * 1_000).toISOString(),
      },
    },
    { accessToken: 'at', refreshToken: 'rt', expiresAt: NOW + 90 },
  ],
  [
    'a token with white space about it',
    { body: tokens({ access_token: ' at\n' }) },
    { accessToken: 'at' },
  ],
  [
    'a challenge beside tokens',
    { body: tokens({}), headers: { 'www-authenticate': 'Bearer error="x"' } },
    { accessToken: 'at' },
  ],
  [
    'fhirContext, references as text among it (SM-61)',
    {
      body: tokens({
        fhirContext: [
          'ImagingStudy/1',
          { reference: 'X/2', role: 'launch' },
          { role: 'x' },
          { reference: 'Y/3', role: '' },
          7,
        ],
      }),
    },
    {
      context: {
        fhirContext: [{ reference: 'ImagingStudy/1' }, { reference: 'X/2', role: 'launch' }],
      },
    },
  ],
  [
    'intent, tenant and style (SM-63, SM-64, SM-65)',
    { body: tokens({ intent: 'reconcile', tenant: 't', smart_style_url: 'https://h/style?v=1' }) },
    { context: { intent: 'reconcile', tenant: 't', smart_style_url: 'https://h/style?v=1' } },
  ],
]

const FAILURES: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'an unknown token type (OA-08)',
    { body: tokens({ token_type: 'mac' }) },
    { refused: 'token_type' },
  ],
  ['N_A for a token type', { body: tokens({ token_type: 'N_A' }) }, { refused: 'token_type' }],
  [
    'a bound token, whose key nobody here has',
    { body: tokens({ token_type: 'DPoP' }) },
    { refused: 'token_type' },
  ],
  [
    'a token that is no text',
    { body: tokens({ access_token: { a: 1 } }) },
    { refused: 'access_token' },
  ],
  [
    'a token that would end its header',
    { body: tokens({ access_token: 'a\r\nx: y' }) },
    { refused: 'access_token' },
  ],
  [
    'a patient on another server',
    { body: tokens({ patient: 'https://h/fhir/Patient/1234' }) },
    { refused: 'patient' },
  ],
  [
    'a patient of another type',
    { body: tokens({ patient: 'Practitioner/1' }) },
    { refused: 'patient' },
  ],
  ['a patient that is a path', { body: tokens({ patient: '..' }) }, { refused: 'patient' }],
  ['a list of patients', { body: tokens({ patient: ['1', '2'] }) }, { refused: 'patient' }],
  [
    'an encounter on another server',
    { body: tokens({ encounter: 'https://h/Encounter/1' }) },
    { refused: 'encounter' },
  ],
  [
    'an error with a life of zero and status 500',
    { body: { expires_in: 0, error: 'invalid_client' }, status: 500 },
    { kind: 'error', error: { code: 'invalid_client' } },
  ],
  [
    'an error under other names',
    { body: { status: 'error', statusmessage: 'invalid_client', description: 'd' }, status: 500 },
    { kind: 'error', error: { code: 'invalid_client', description: 'd' } },
  ],
  [
    'an error without a description',
    { body: { error: 'invalid_grant', error_description: null }, status: 400 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error that is said in its address',
    {
      body: {
        error: 'invalid_grant',
        error_uri: 'https://a.example/errors/urn%3Acerner%3Aerror%3Acode-invalid-or-expired?x',
      },
      status: 400,
    },
    {
      kind: 'error',
      error: {
        code: 'invalid_grant',
        description: expect.any(String),
        uri: expect.stringMatching(/^https/),
      },
    },
  ],
  [
    'an error with its status in it',
    { body: { status_code: 400, error: 'invalid_grant' }, status: 400 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error with status 403',
    { body: { error: 'invalid_grant' }, status: 403 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error with status 200',
    { body: { error: 'invalid_grant' } },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'a list of errors',
    { body: { errors: [{ errorType: 'invalid_grant' }] }, status: 401 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error as a form, in its own words',
    { body: 'error=bad_verification_code&error_uri=https%3A%2F%2Fx' },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error in a challenge alone',
    { body: '', status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_client"' } },
    { kind: 'error', error: { code: 'invalid_client' } },
  ],
  [
    'an error beside a token',
    { body: tokens({ error: 'server_error' }) },
    { kind: 'error', error: { code: 'server_error' } },
  ],
  ['HTML', { body: '<html>sign in</html>' }, { kind: 'unreadable', reason: 'not_an_object' }],
  ['HTML as an error', { body: '<html>', status: 500 }, { kind: 'unreadable', status: 500 }],
  ['a list', { body: [tokens({})] }, { kind: 'unreadable' }],
  ['text', { body: '"at"' }, { kind: 'unreadable' }],
  ['nothing', { body: '' }, { kind: 'unreadable', reason: 'empty' }],
  ['an object without tokens', { body: {} }, { kind: 'unreadable', reason: 'access_token' }],
  [
    'tokens in a member that no profile names',
    { body: { body: tokens({}) } },
    { kind: 'unreadable' },
  ],
  [
    'tokens with status 400',
    { body: tokens({}), status: 400 },
    { kind: 'unreadable', reason: 'status' },
  ],
]

describe('a token response in its normal form', () => {
  it.each(GRANTS)('%s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })

  it.each(FAILURES)('refuses %s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })

  it('never prints a token', async () => {
    const profile = profileOf({})
    const members = { access_token: 'at-canary', refresh_token: 'rt-canary' }
    const read = readGrant(members, { profile, fhirBaseUrl: BASE, scopes: [], receivedAt: NOW })

    expect(JSON.stringify(read)).not.toMatch(/canary/)
  })

  it('drops unknown members that are too many to pass on', async () => {
    const grant = await normal({ body: tokens({ blob: 'x'.repeat(9_000) }) })

    expect(grant).toMatchObject({ accessToken: 'at', extras: {} })
  })

  it('is a grant that can be used, or a reason, whatever a server answers (10 000 answers)', async () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        'Bearer',
        'Patient/1',
        'https://h/Patient/1',
        '1e12',
        '-1',
        '3600',
        'a b',
        'a,b',
      ),
    )
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.dictionary(fc.string(), scalar, { maxKeys: 2 }),
    )
    const name = fc.constantFrom(
      'access_token',
      'token_type',
      'expires_in',
      'expires',
      'expires_on',
      'expires_at',
      'refresh_expires_in',
      'access_grant_expiration',
      'scope',
      'refresh_token',
      'id_token',
      'patient',
      'encounter',
      'fhirContext',
      'need_patient_banner',
      'intent',
      'error',
      'errors',
      'status',
      'accessToken',
      '__proto__',
      'constructor',
    )
    const odd = fc.dictionary(name, value)
    const nearlyRight = fc.dictionary(name, value, { maxKeys: 3 })
    const body = fc.oneof(
      { weight: 4, arbitrary: odd },
      {
        weight: 4,
        arbitrary: nearlyRight.map((changes) => ({
          access_token: 'at',
          token_type: 'Bearer',
          ...changes,
        })),
      },
      { weight: 1, arbitrary: fc.string() },
      { weight: 1, arbitrary: fc.anything() },
    )

    let grants = 0
    await checkProperty(
      fc.asyncProperty(body, fc.constantFrom(200, 201, 400, 403, 500), async (sent, status) => {
        const text = typeof sent === 'string' ? sent : (JSON.stringify(sent) ?? '')
        const result = await normal({ body: text, status })
        if (!('accessToken' in result)) return
        grants += 1
        expect(result.accessToken).toMatch(/^[\x21-\x7e]+$/)
        expect(Number.isInteger(result.expiresAt)).toBe(true)
        expect(result.expiresAt).toBeGreaterThan(NOW)
        expect(result.expiresAt).toBeLessThanOrEqual(NOW + 31 * 86_400)
        expect(result.patient ?? 'none').toMatch(/^[\w.~:+=-]{1,128}$/)
        expect(status).toBeLessThan(300)
        for (const scope of result.scopes) expect(scope).not.toMatch(/\s/)
      }),
      10_000,
    )
    expect(grants).toBeGreaterThan(500)
  })
})
