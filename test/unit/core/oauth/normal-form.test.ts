import { describe, expect, it } from 'vitest'
import { readGrant } from '#core/oauth/token-grant.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { NOW } from '../../../fixtures.ts'
import { BASE, normal, type Sent, tokens } from '../../../support/normal-form.ts'

/** The forms in which servers have been seen to give tokens. */
const TOKENS: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'a token type in lower case (NF-01)',
    { body: tokens({ token_type: 'bearer' }) },
    { warnings: [] },
  ],
  [
    'no token type (NF-02)',
    { body: tokens({ token_type: undefined }) },
    { accessToken: 'at', warnings: ['token_type_unstated'] },
  ],
  [
    'a word of the vendor’s for Bearer (NF-03)',
    {
      body: tokens({ token_type: 'User Access Token' }),
      vendor: { vendorOverrides: { tokenTypeAliases: ['User Access Token'] } },
    },
    { accessToken: 'at' },
  ],
  ['a token type of null', { body: tokens({ token_type: null }) }, { accessToken: 'at' }],
  ['an empty token type', { body: tokens({ token_type: '' }) }, { accessToken: 'at' }],
  [
    'a token type with white space about it',
    { body: tokens({ token_type: ' Bearer ' }) },
    { accessToken: 'at' },
  ],
  ['no refresh token', { body: tokens({ refresh_token: '' }) }, { refreshToken: undefined }],
  ['a refresh token', { body: tokens({ refresh_token: 'rt' }) }, { refreshToken: 'rt' }],
  [
    'a refresh token of another type',
    { body: tokens({ refresh_token: ['rt'] }) },
    { refreshToken: undefined },
  ],
  [
    'a refresh token and an ID token with white space about them',
    { body: tokens({ refresh_token: ' rt\n', id_token: '\te.y.J ' }) },
    { refreshToken: 'rt', idToken: 'e.y.J' },
  ],
  ['no ID token', { body: tokens({ id_token: null }) }, { idToken: undefined }],
  ['status 201 (NF-68)', { body: tokens({}), status: 201 }, { accessToken: 'at' }],
  [
    'JSON as text/plain (NF-69)',
    { body: tokens({}), headers: { 'content-type': 'text/plain' } },
    { accessToken: 'at' },
  ],
  [
    'JSON as text/javascript (NF-70)',
    { body: tokens({}), headers: { 'content-type': 'text/javascript' } },
    { accessToken: 'at' },
  ],
  [
    'JSON of no content type (NF-71)',
    { body: new TextEncoder().encode(JSON.stringify(tokens({}))) },
    { accessToken: 'at' },
  ],
  [
    'a form (NF-72)',
    { body: 'access_token=at&scope=a%2Cb&token_type=bearer' },
    { accessToken: 'at', scopes: ['a', 'b'] },
  ],
  [
    'tokens in a member that the profile names (NF-73)',
    { body: { body: tokens({}) }, vendor: { vendorOverrides: { tokenResponseMember: 'body' } } },
    { accessToken: 'at' },
  ],
  [
    'camel case (NF-74)',
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
    'a token with white space about it (NF-76)',
    { body: tokens({ access_token: ' at\n' }) },
    { accessToken: 'at' },
  ],
  [
    'a challenge beside tokens (NF-77)',
    { body: tokens({}), headers: { 'www-authenticate': 'Bearer error="x"' } },
    { accessToken: 'at' },
  ],
]

const REFUSED: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'an unknown token type (OA-08, NF-04)',
    { body: tokens({ token_type: 'mac' }) },
    { refused: 'token_type' },
  ],
  ['N_A for a token type', { body: tokens({ token_type: 'N_A' }) }, { refused: 'token_type' }],
  [
    'a token type that is no text',
    { body: tokens({ token_type: ['Bearer'] }) },
    { refused: 'token_type' },
  ],
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
]

describe('a token response in its normal form', () => {
  it.each(TOKENS)('%s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })

  it.each(REFUSED)('refuses %s', async (_what, sent, expected) => {
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
})
