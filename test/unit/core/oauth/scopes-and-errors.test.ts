import { describe, expect, it } from 'vitest'
import { launchScopes, systemScopes } from '#core/oauth/authority-scopes.ts'
import { loggableOAuthError } from '#core/oauth/loggable-oauth-error.ts'

const scopes = ['launch', 'openid', 'patient/*.rs', 'system/Patient.rs', 'x/system/']

describe('the scopes of a connection with access of its own', () => {
  it('are asked of nobody in person, and of the server those alone', () => {
    expect(launchScopes({ scopes, fhirAuthority: 'system' })).toEqual([
      'launch',
      'openid',
      'patient/*.rs',
      'x/system/',
    ])
    expect(systemScopes(scopes)).toEqual(['system/Patient.rs'])
  })

  it('are asked as they are where FHIR is read by what a person grants', () => {
    expect(launchScopes({ scopes, fhirAuthority: 'user' })).toEqual(scopes)
    expect(launchScopes({ scopes })).toEqual(scopes)
  })
})

describe('an error of an authorization server', () => {
  it.each(['invalid_grant', 'a', 'x'.repeat(40)])('is logged as it is: %s', (error) => {
    expect(loggableOAuthError(error)).toBe(error)
  })

  it.each(['', 'Maren Lindqvist', 'invalid_grant for Maren', 'MRN-0042 a', 'x'.repeat(41), 'a\nb'])(
    'is not repeated where it may be anything: %j',
    (error) => {
      expect(loggableOAuthError(error)).toBe('unrecognized')
    },
  )
})
