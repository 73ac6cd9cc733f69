import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scopesToAsk } from '#core/oauth/scopes-to-ask.ts'
import { SCOPE_FORM } from '#core/registry/scope-form.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'

const BASE = 'https://ehr.example/fhir/'
const ask = (scopes: readonly string[], vendorOverrides: Partial<VendorBehavior> = {}) =>
  scopesToAsk(scopes, profileOf({ vendorOverrides }), BASE)

describe('scopesToAsk', () => {
  it('asks for what is configured, as it is', () => {
    const scopes = ['launch', 'openid', 'patient/Observation.rs?category=x|y']

    expect(ask(scopes)).toEqual({ asked: scopes, parameter: scopes.join(' ') })
  })

  it.each([
    ['v1', 'patient/*.rs', 'patient/*.read'],
    ['v1', 'user/Observation.cud', 'user/Observation.write'],
    ['v1', 'patient/*.cruds', 'patient/*.*'],
    ['v1', 'patient/Observation.read', 'patient/Observation.read'],
    ['v2', 'patient/*.read', 'patient/*.rs'],
    ['v2', 'patient/X.write', 'patient/X.cud'],
    ['v2', 'user/*.*', 'user/*.cruds'],
    ['v2', 'patient/X.r', 'patient/X.r'],
    ['v1', 'launch/patient', 'launch/patient'],
    ['v2', 'fhirUser', 'fhirUser'],
  ] as const)('writes for %s in place of %s: %s (SM-27)', (scopeVersion, scope, written) => {
    expect(ask([scope], { scopeVersion }).parameter).toBe(written)
  })

  it('never writes an ill-formed scope, nor one that reads where nothing was to be read (SM-26)', () => {
    const letters = fc.subarray(['c', 'r', 'u', 'd', 's'], { minLength: 1 })
    const scope = fc
      .tuple(fc.constantFrom('patient', 'user'), fc.constantFrom('*', 'Observation'), letters)
      .map(([context, type, permissions]) => `${context}/${type}.${permissions.join('')}`)

    fc.assert(
      fc.property(scope, fc.constantFrom('v1', 'v2'), (one, scopeVersion) => {
        const { parameter } = ask([one], { scopeVersion })
        const reads = /\.(read|\*)$|\.[cud]*r|\.[cud]*s$/
        expect(parameter).toMatch(SCOPE_FORM)
        expect(reads.test(parameter)).toBe(/[rs]/.test(one.split('.')[1] ?? ''))
      }),
    )
  })

  it('leaves out and adds what the vendor’s profile says', () => {
    const changed = { scopesRemoved: ['fhirUser'], scopesAdded: ['sandbox', 'openid'] }

    expect(ask(['openid', 'fhirUser'], changed).parameter).toBe('openid sandbox')
  })

  it('counts as asked for what it sends: what a vendor adds and leaves out, in its version', () => {
    const vendor = { scopesAdded: ['y'], scopesRemoved: ['x'], scopeVersion: 'v1' } as const

    expect(ask(['x', 'patient/A.rs', 'patient/A.read'], vendor)).toEqual({
      asked: ['patient/A.read', 'y'],
      parameter: 'patient/A.read y',
    })
  })

  it('sends only identity, or nothing, where a portal decides; what is configured counts as asked for', () => {
    const scopes = ['launch', 'openid', 'offline_access', 'patient/*.rs']

    expect(ask(scopes, { scopesSent: 'identity' })).toEqual({
      asked: scopes,
      parameter: 'launch openid offline_access',
    })
    expect(ask(scopes, { scopesSent: 'none' })).toEqual({ asked: scopes, parameter: '' })
  })

  it('writes scopes with dots, or behind the audience with dollars, and keeps their names for itself', () => {
    const scopes = ['openid', 'launch/patient', 'patient/Observation.read']

    expect(ask(scopes, { scopeForm: 'dots' })).toEqual({
      asked: scopes,
      parameter: 'openid launch.patient patient.Observation.read',
    })
    expect(ask(scopes, { scopeForm: 'dollar' }).parameter).toBe(
      'openid launch/patient https://ehr.example/fhir/patient$Observation.read',
    )
  })
})
