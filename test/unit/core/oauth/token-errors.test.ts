import { describe, expect, it } from 'vitest'
import { classifyRefreshAnswer } from '#core/tokens/classify-refresh-answer.ts'
import { NOW } from '../../../fixtures.ts'
import { answered, normal, type Sent, tokens } from '../../../support/normal-form.ts'

/** Errors as token endpoints have been seen to say them, and answers that are neither. */
const ERRORS: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'an error with a life of zero and status 500 (NF-10, NF-58)',
    { body: { expires_in: 0, error: 'invalid_client' }, status: 500 },
    { kind: 'error', error: { code: 'invalid_client' } },
  ],
  [
    'an error under other names (NF-59)',
    { body: { status: 'error', statusmessage: 'invalid_client', description: 'd' }, status: 500 },
    { kind: 'error', error: { code: 'invalid_client', description: 'd' } },
  ],
  [
    'an error without a description (NF-60)',
    { body: { error: 'invalid_grant', error_description: null }, status: 400 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error that is said in its address (NF-61)',
    {
      body: {
        error: 'invalid_grant',
        error_uri:
          'https://a.example/errors/urn%3Acerner%3Aerror%3Aauthorization-server%3Aoauth2%3Atoken%3Acode-invalid-or-expired/instances/6359728c-c966?client=devjs&tenant=ec2458f2',
      },
      status: 400,
    },
    {
      kind: 'error',
      error: {
        code: 'invalid_grant',
        description: 'code-invalid-or-expired',
        uri: expect.stringMatching(/^https/),
      },
    },
  ],
  [
    'an error with its status in it (NF-62)',
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
    'a list of errors (NF-65)',
    { body: { errors: [{ errorType: 'invalid_grant' }] }, status: 401 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error as a form, in its own words (NF-66)',
    { body: 'error=bad_verification_code&error_uri=https%3A%2F%2Fx' },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'an error in a challenge alone (NF-78)',
    { body: '', status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_client"' } },
    { kind: 'error', error: { code: 'invalid_client' } },
  ],
  [
    'an error beside a token',
    { body: tokens({ error: 'server_error' }) },
    { kind: 'error', error: { code: 'server_error' } },
  ],
  [
    'HTML (NF-75)',
    { body: '<html>sign in</html>' },
    { kind: 'unreadable', reason: 'not_an_object' },
  ],
  ['HTML as an error', { body: '<html>', status: 500 }, { kind: 'unreadable', status: 500 }],
  ['a list', { body: [tokens({})] }, { kind: 'unreadable' }],
  ['text', { body: '"at"' }, { kind: 'unreadable' }],
  ['nothing', { body: '' }, { kind: 'unreadable', reason: 'empty' }],
  ['nothing but white space', { body: ' \r\n' }, { kind: 'unreadable', reason: 'empty' }],
  [
    'tokens with a redirection',
    { body: tokens({}), status: 300 },
    { kind: 'unreadable', reason: 'status' },
  ],
  [
    'an error as a form with a line end',
    { body: 'error=invalid_grant\r\n', status: 400 },
    { kind: 'error', error: { code: 'invalid_grant' } },
  ],
  [
    'HTML that begins with a tag and has an error in an address',
    { body: '<a href=/help?topic=1&error=invalid_grant', status: 400 },
    { kind: 'unreadable' },
  ],
  [
    'text that ends with an address that has an error',
    { body: 'See https://a.example/help?topic=1&error=invalid_grant', status: 400 },
    { kind: 'unreadable' },
  ],
  [
    'text that begins like a form',
    { body: 'topic=1&error=invalid_grant <p>Sorry</p>', status: 400 },
    { kind: 'unreadable' },
  ],
  [
    'a form that is neither tokens nor an error, under a challenge',
    {
      body: 'reason=expired',
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    },
    { kind: 'error', error: { code: 'invalid_token' } },
  ],
  ['a 401 without a challenge', { body: '', status: 401 }, { kind: 'unreadable', reason: 'empty' }],
  [
    'a challenge with another status, which is not about the client',
    { body: '', status: 400, headers: { 'www-authenticate': 'Bearer error="invalid_grant"' } },
    { kind: 'unreadable', reason: 'empty' },
  ],
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

/** What the same errors mean for a refresh token, and so for the session. */
const REFRESHES: readonly (readonly [string, Sent, string])[] = [
  [
    'status 500, which is the client’s affair (NF-58)',
    { body: { expires_in: 0, error: 'invalid_client' }, status: 500 },
    'client_refused',
  ],
  [
    'other names (NF-59)',
    { body: { status: 'error', statusmessage: 'invalid_client' }, status: 500 },
    'client_refused',
  ],
  ['no description (NF-60)', { body: { error: 'invalid_grant' }, status: 400 }, 'revoked'],
  [
    'its address (NF-61)',
    { body: { error: 'invalid_grant', error_uri: 'https://a.example/urn%3Ax' }, status: 400 },
    'revoked',
  ],
  [
    'its status in it (NF-62)',
    { body: { status_code: 400, error: 'invalid_grant' }, status: 400 },
    'revoked',
  ],
  ['status 403 (NF-63)', { body: { error: 'invalid_grant' }, status: 403 }, 'revoked'],
  ['status 401 (NF-63)', { body: { error: 'invalid_grant' }, status: 401 }, 'revoked'],
  [
    'unauthorized_client, by which tokens are kept (NF-64)',
    { body: { error: 'unauthorized_client' }, status: 400 },
    'client_refused',
  ],
  [
    'a list (NF-65)',
    { body: { errors: [{ errorType: 'invalid_grant' }] }, status: 401 },
    'revoked',
  ],
  ['a form (NF-66)', { body: 'error=bad_verification_code' }, 'revoked'],
  ['no readable one (NF-75)', { body: '<html>sign in</html>' }, 'ambiguous'],
  [
    'a challenge alone (NF-78)',
    { body: '', status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_client"' } },
    'client_refused',
  ],
]

describe('an answer of a token endpoint without a grant', () => {
  it.each([
    ['null', null],
    ['empty', ''],
    ['a number', 0],
    ['an object', {}],
  ])('has no error where that member is %s: tokens beside it are taken', async (_what, error) => {
    expect(await normal({ body: tokens({ error }) })).toMatchObject({ accessToken: 'at' })
  })

  it('is described by the first text that is not empty, and by no address that has no URN', async () => {
    const described = async (members: Readonly<Record<string, unknown>>) => {
      const answer = await answered({ body: { error: 'invalid_grant', ...members }, status: 400 })
      return answer.kind === 'error' && answer.error.description
    }

    expect(await described({ error_description: 'one', description: 'two' })).toBe('one')
    expect(await described({ error_description: '', description: 'two' })).toBe('two')
    expect(await described({ error_description: 7, description: null })).toBeUndefined()
    expect(await described({ error_uri: 'https://a.example/errors/7' })).toBeUndefined()
  })

  it.each(ERRORS)('is %s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })

  it.each(REFRESHES)(
    'ends a grant, or does not, by an error with %s',
    async (_what, sent, kind) => {
      const answer = classifyRefreshAnswer(await answered(sent), {
        retryAfter: null,
        now: NOW,
        fatalErrors: [],
      })

      expect(answer?.kind).toBe(kind)
    },
  )
})
