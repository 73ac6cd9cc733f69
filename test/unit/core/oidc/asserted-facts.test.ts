import { describe, expect, it } from 'vitest'
import { oidcFacts } from '#core/oidc/asserted-facts.ts'

const CLAIMS = {
  iss: 'https://login.example',
  sub: 'user-1',
  preferred_username: 'ada',
  name: 'Ada Example',
  given_name: 'Ada',
  family_name: 'Example',
  middle_name: 'B.',
  email: 'ada@example.org',
  npi: 1_234_567_893,
  phone_number: '+15555550100',
  zoneinfo: 'America/Chicago',
  locale: 'en-US',
  fhirUser: 'Practitioner/1',
  oid: 'stays-1',
  patient_id: ['pat-1', 'pat-2'],
}

describe('the claims of an OpenID provider', () => {
  it('are read by their standard names, where nothing is mapped', () => {
    expect(oidcFacts(CLAIMS)).toEqual({
      user: {
        subject: 'user-1',
        userId: 'ada',
        name: 'Ada Example',
        firstName: 'Ada',
        lastName: 'Example',
        middleName: 'B.',
        email: 'ada@example.org',
        npi: '1234567893',
        phone: '+15555550100',
        timeZone: 'America/Chicago',
        locale: 'en-US',
        fhirUser: 'Practitioner/1',
      },
    })
  })

  it('are read by the mapping, and by nothing else, where there is one', () => {
    const mapping = { user: { subject: 'oid' }, patient: { fhirId: 'patient_id' } }

    expect(oidcFacts(CLAIMS, mapping)).toEqual({
      user: { subject: 'stays-1' },
      patient: { identifiers: [{ id: 'pat-1', idType: 'FHIR' }] },
      patientId: 'pat-1',
    })
  })

  it('sign on nobody without a subject', () => {
    const act = () => oidcFacts({ sub: 'user-1' }, { user: { subject: 'oid' } })

    expect(act).toThrow(expect.objectContaining({ code: 'identity_unknown' }))
  })
})
