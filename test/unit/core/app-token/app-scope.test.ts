import { expect, test } from 'vitest'
import { appScope } from '#core/app-token/app-scope.ts'

test('is system/*.cruds when none is asked for (CL-11)', () => {
  expect(appScope(undefined)).toBe('system/*.cruds')
})

test.each([
  'system/*.cruds',
  'system/*.rs',
  'system/Patient.r',
  'system/Observation.cud system/Patient.rs',
  'system/*.read',
  'system/Patient.write',
  'system/*.*',
])('grants %s as asked', (scope) => {
  expect(appScope(scope)).toBe(scope)
})

test.each([
  'user/*.rs',
  'patient/*.cruds',
  'openid',
  'offline_access',
  'system/*.',
  'system/*.sr',
  'system/*.rx',
  'system/patient.rs',
  'system/Patient',
  'system/Observation.rs?category=laboratory',
  'system/*.rs  system/*.c',
  'system/*.rs ',
  ' ',
  'system/*.rs\nsystem/*.c',
  'system/*.rs user/*.rs',
])('refuses %j', (scope) => {
  expect(() => appScope(scope)).toThrow(
    expect.objectContaining({ oauthError: 'invalid_scope', status: 400 }),
  )
})
