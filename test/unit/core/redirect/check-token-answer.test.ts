import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { readTokenAnswer } from '#core/oauth/token-answer.ts'
import { checkTokenAnswer } from '#core/redirect/check-token-answer.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { aConnection, NOW } from '../../../fixtures.ts'

async function check(body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await readTokenAnswer(new Response(text, { status }), profileOf({}))
  const launch = { launchId: 'abc', connection: 'general-production', scopes: ['openid'] }
  try {
    return checkTokenAnswer(answer, launch as unknown as TakenLaunch, aConnection(), {
      receivedAt: NOW,
    })
  } catch (error) {
    return BrokerError.from(error)
  }
}

describe('checkTokenAnswer', () => {
  it('is a grant, of what was asked for where the answer does not say (SM-51, RP-23)', async () => {
    expect(await check({ access_token: 'at', token_type: 'BEARER' })).toMatchObject({
      scopes: ['openid'],
      expiresAt: NOW + 3_600,
    })
  })

  it.each([
    ['invalid_grant', 400, 'authorization_code_refused'],
    ['invalid_grant', 403, 'authorization_code_refused'],
    ['invalid_grant', 401, 'authorization_code_refused'],
    ['invalid_grant', 200, 'authorization_code_refused'],
    ['invalid_client', 401, 'authorization_client_refused'],
    ['invalid_client', 400, 'authorization_client_refused'],
    ['invalid_client', 500, 'authorization_client_refused'],
    ['unauthorized_client', 400, 'authorization_client_refused'],
    ['never_heard_of', 401, 'authorization_client_refused'],
  ])(
    'tells by its code, not by its status, what %s with %d is (OA-07)',
    async (error, status, code) => {
      expect(await check({ error, error_description: 'Call 555' }, status)).toMatchObject({
        code,
        detail: { status, oauthError: error },
      })
    },
  )

  it.each([
    ['HTML', '<html>', 200, 'token_response_invalid'],
    ['a list', [], 200, 'token_response_invalid'],
    ['text', '"at"', 200, 'token_response_invalid'],
    ['nothing', '', 200, 'token_response_invalid'],
    ['HTML with 500', '<html>', 500, 'authorization_server_unavailable'],
    ['HTML with 401', '<html>', 401, 'authorization_client_refused'],
    ['a redirect (OA-09)', '', 302, 'token_response_invalid'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect(await check(body, status)).toMatchObject({ code })
  })

  it.each([
    [{ token_type: 'mac' }, 'token_type'],
    [{ patient: 'https://elsewhere.example/Patient/1' }, 'patient'],
  ])('names the member that cannot be taken for anything safely: %j', async (member, parameter) => {
    expect(await check({ access_token: 'at', ...member })).toMatchObject({
      code: 'token_response_invalid',
      detail: { parameter },
    })
  })
})
