import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import { checkContext } from '#core/redirect/check-context.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import { aConnection } from '../../../fixtures.ts'

function check(
  scopes: readonly string[],
  options: { readonly patient?: string; readonly requiredScopes?: readonly string[] } = {},
) {
  const { patient, requiredScopes = [] } = options
  const launch = { launchId: 'abc', connection: 'general-production' } as TakenLaunch
  try {
    checkContext({ scopes } as TokenGrant, patient, aConnection({ requiredScopes }), launch)
    return 'passes'
  } catch (error) {
    return BrokerError.from(error)
  }
}

describe('checkContext', () => {
  it('wants a patient where a patient scope was granted (SM-66)', () => {
    expect(check(['patient/*.rs'])).toMatchObject({ code: 'context_patient_missing' })
    expect(check(['patient/*.rs'], { patient: '1' })).toBe('passes')
    expect(check(['user/*.rs'])).toBe('passes')
  })

  it.each([
    [['openid'], ['openid']],
    [['patient/Observation.rs'], ['patient/Observation.read']],
    [['patient/Observation.read'], ['patient/Observation.rs']],
    [['patient/*.cruds'], ['patient/Observation.read']],
    [['patient/X.r', 'patient/X.s'], ['patient/X.rs']],
    [['patient/*.*'], ['patient/X.write']],
    [['patient/X.rs?a=b'], ['patient/X.rs?a=b']],
  ])(
    'takes %j for %j: grants are compared by what they mean (SM-27)',
    (granted, requiredScopes) => {
      expect(check(granted, { patient: '1', requiredScopes })).toBe('passes')
    },
  )

  it.each([
    [[], ['openid']],
    [['user/X.rs'], ['patient/X.rs']],
    [['patient/X.r'], ['patient/X.rs']],
    [['patient/X.rs?a=b'], ['patient/X.rs']],
    [['patient/Y.rs'], ['patient/X.rs']],
  ])('refuses %j where %j is required, and says which (SM-52)', (granted, requiredScopes) => {
    expect(check(granted, { patient: '1', requiredScopes })).toMatchObject({
      code: 'scope_not_granted',
      message: expect.stringContaining(requiredScopes.join(', ')),
      detail: { parameters: requiredScopes },
    })
  })
})
