import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SCOPE_FORM } from '#core/registry/scope-form.ts'

describe('SCOPE_FORM', () => {
  it('takes every non-empty subset of cruds in that order, for any level and type (SM-26)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('patient', 'user', 'system'),
        fc.constantFrom('*', 'Patient', 'MedicationRequest'),
        fc.subarray([...'cruds'], { minLength: 1 }),
        fc.constantFrom('', '?category=laboratory', '?code:in=http://a.example/b|c&status=final'),
        (level, type, letters, filter) => {
          expect(`${level}/${type}.${letters.join('')}${filter}`).toMatch(SCOPE_FORM)
        },
      ),
    )
  })

  it('takes letters in no other order, and none twice (SM-26)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'cruds'), maxLength: 6 }), (letters) => {
        const inOrder =
          letters !== '' && [...'cruds'].filter((one) => letters.includes(one)).join('')
        expect(SCOPE_FORM.test(`patient/Observation.${letters}`)).toBe(inOrder === letters)
      }),
    )
  })

  it.each([
    'launch',
    'launch/patient',
    'launch/imagingstudy?role=context',
    'openid',
    'fhirUser',
    'profile',
    'offline_access',
    'online_access',
    'patient/Observation.read',
    'user/*.write',
    'user/*.*',
  ])('takes %s', (scope) => {
    expect(scope).toMatch(SCOPE_FORM)
  })

  it.each([
    '',
    'Launch',
    'launch/',
    'launch/Patient',
    'launch/patient?role=a&role=b',
    'launch/patient?role=',
    'openid ',
    'openid fhirUser',
    'patient/Observation',
    'patient/Observation.',
    'patient/observation.rs',
    'patient/Observation.reads',
    'patient/Observation.read?category=laboratory',
    'patient/Observation.rs?',
    'patient/Observation.rs?category',
    'patient/Observation.rs?category=a&',
    'patient/Observation.rs?category=a b',
    'patient/Observation.rs?category="a"',
    'patient/Observation.rs?category=a\\b',
    'practitioner/Observation.rs',
    '/Observation.rs',
    'patient/Observation.rs\n',
  ])('refuses %j', (scope) => {
    expect(scope).not.toMatch(SCOPE_FORM)
  })
})
