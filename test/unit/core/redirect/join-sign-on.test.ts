import { describe, expect, it } from 'vitest'
import { checkSameSignOn, joinSignOn } from '#core/redirect/join-sign-on.ts'
import type { AssertedFacts } from '#core/sign-on/asserted-facts.ts'

const launch = (signedOn?: AssertedFacts) => ({
  launchId: 'abcdefgh',
  connection: 'general-production',
  ...(signedOn && { signedOn }),
})
const BASE = 'https://ehr.general.example/fhir'

describe('a grant after a sign-on of another scheme', () => {
  const signedOn = {
    user: { subject: 'ada', fhirUser: 'Practitioner/1' },
    patientId: 'p-1',
  }

  it('is about the same person and patient', () => {
    const check = (who: Parameters<typeof checkSameSignOn>[0]) => () =>
      checkSameSignOn(who, launch(signedOn))

    expect(check({ fhirUser: `${BASE}/Practitioner/1`, patient: 'p-1' })).not.toThrow()
    expect(check({})).not.toThrow()
    expect(check({ fhirUser: `${BASE}/Practitioner/2`, patient: 'p-2' })).toThrow(
      expect.objectContaining({
        code: 'sign_on_mismatch',
        detail: expect.objectContaining({ parameters: ['fhirUser', 'patient'] }),
      }),
    )
    expect(() => checkSameSignOn({ patient: 'p-2' }, launch())).not.toThrow()
  })

  it('is told of with what the sign-on said first, and FHIR where that is silent', () => {
    const identity = {
      user: { subject: 'sub-at-the-ehr', npi: '1234567893', name: 'A. Example' },
      patient: { identifiers: [{ id: 'p-1', idType: 'FHIR' }], lastName: 'Okonkwo' },
    }
    const facts = {
      user: { subject: 'ada', name: 'Ada Example' },
      patient: {
        identifiers: [
          { id: 'p-1', idType: 'FHIR' },
          { id: '000123', idType: 'MR' },
        ],
      },
      encounter: 'e-link',
      visit: { number: 'V-1' },
      order: 'o-1',
    }

    expect(joinSignOn(identity, launch(facts), undefined)).toEqual({
      user: { subject: 'ada', name: 'Ada Example', npi: '1234567893' },
      patient: {
        identifiers: [
          { id: 'p-1', idType: 'FHIR' },
          { id: '000123', idType: 'MR' },
        ],
        lastName: 'Okonkwo',
      },
      encounter: 'e-link',
      visit: { number: 'V-1' },
      order: 'o-1',
    })
    expect(joinSignOn(identity, launch(facts), 'e-ehr').encounter).toBe('e-ehr')
    expect(joinSignOn(identity, launch(), undefined)).toEqual(identity)
  })
})
