import { describe, expect, it } from 'vitest'
import { checkPatientUser } from '#core/redirect/check-patient-user.ts'

const BASE = 'https://ehr.general.example/fhir'
const launch = { launchId: 'abcdefgh', connection: 'general-portal' }
const check = (
  who: Parameters<typeof checkPatientUser>[0],
  scheme: 'smart-patient' | 'smart-standalone' = 'smart-patient',
) => checkPatientUser(who, { signOn: { scheme } }, launch)

describe('a sign-on by smart-patient', () => {
  it.each(['Patient/1', 'RelatedPerson/1', 'Person/1'])('is open to a %s', (reference) => {
    expect(() => check({ fhirUser: `${BASE}/${reference}` })).not.toThrow()
  })

  it('is open to somebody whom the portal names by the patient alone', () => {
    expect(() => check({ patient: '1' })).not.toThrow()
  })

  it.each([
    ['a practitioner', { fhirUser: `${BASE}/Practitioner/1`, patient: '1' }, 'other_user'],
    ['a practitioner’s role', { fhirUser: `${BASE}/PractitionerRole/1` }, 'other_user'],
    ['nobody that is named', {}, 'nobody_named'],
  ])('is refused to %s', (_, who, reason) => {
    expect(() => check(who)).toThrow(
      expect.objectContaining({
        code: 'user_not_patient',
        detail: expect.objectContaining({ reason }),
      }),
    )
  })

  it('asks nothing of other schemes', () => {
    expect(() => check({ fhirUser: `${BASE}/Practitioner/1` }, 'smart-standalone')).not.toThrow()
  })
})
