import { describe, expect, it } from 'vitest'
import { checkResponseIssuer } from '#core/redirect/check-response-issuer.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import { NOW } from '../../../fixtures.ts'

const ISSUER = 'https://login.general.example'

function check(query: string, issPromised: boolean) {
  const launch = {
    launchId: 'abcdefgh',
    connection: 'general-production',
    app: 'heartline',
    registration: 'general-heartline',
    redirectUri: 'https://launch.example/redirect',
    scopes: [],
    issuer: ISSUER,
    tokenEndpoint: `${ISSUER}/token`,
    issPromised,
    codeVerifier: 'verifier',
    nonce: 'nonce',
    state: 'state',
    keyHash: 'abcdefgh',
    browser: { cookieName: '__Host-sp-abcdefgh', cookieHash: 'hash' },
    createdAt: NOW,
  } as TakenLaunch
  return () => checkResponseIssuer(new URLSearchParams(query), launch)
}

describe('checkResponseIssuer (RFC 9207 §2.4)', () => {
  it.each([true, false])('takes the launch’s own issuer, promised: %s', (promised) => {
    expect(check(`iss=${ISSUER}`, promised)).not.toThrow()
  })

  it.each([true, false])(
    'refuses the answer of another authorization server, promised: %s (RP-24, IS-01)',
    (promised) => {
      for (const iss of ['https://evil.example', `${ISSUER}/`, '']) {
        expect(check(`iss=${iss}`, promised)).toThrow(
          expect.objectContaining({ code: 'authorization_response_invalid' }),
        )
      }
    },
  )

  it('refuses an answer without the promised issuer (RP-24, IS-02)', () => {
    expect(check('code=1', true)).toThrow(
      expect.objectContaining({ code: 'authorization_response_invalid' }),
    )
  })

  it('does without an issuer that nobody promised', () => {
    expect(check('code=1', false)).not.toThrow()
  })
})
