import { describe, expect, it } from 'vitest'
import { checkCallback } from '#core/redirect/check-callback.ts'

const COMMON = 'https://broker.example/live/redirect'
const OWN = `${COMMON}/general-heartline`

const launch = (redirectUri: string) => ({
  redirectUri,
  launchId: 'abcdefgh',
  connection: 'general-production',
})

describe('checkCallback', () => {
  it.each([COMMON, OWN])('takes an answer where its launch sent for it: %s', (redirectUri) => {
    expect(() => checkCallback(redirectUri, launch(redirectUri))).not.toThrow()
  })

  it.each([
    ['the common one', COMMON],
    ['another registration’s', `${COMMON}/mercy-dosing`],
    ['its own in other letters', OWN.toUpperCase()],
    ['one below its own', `${OWN}/x`],
  ])('refuses an answer at another redirect URI: %s (CX-01, CX-03)', (_which, redirectUri) => {
    expect(() => checkCallback(redirectUri, launch(OWN))).toThrow(
      expect.objectContaining({ code: 'authorization_response_invalid' }),
    )
  })

  it('refuses an answer at a registration’s own for a launch of the common one (OA-04)', () => {
    expect(() => checkCallback(OWN, launch(COMMON))).toThrow(
      expect.objectContaining({ code: 'authorization_response_invalid' }),
    )
  })
})
