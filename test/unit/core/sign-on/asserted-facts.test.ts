import { describe, expect, it } from 'vitest'
import type { SignOnMapping } from '#core/registry/sign-on-scheme.ts'
import { assertedFacts } from '#core/sign-on/asserted-facts.ts'

const MAPPING: SignOnMapping = {
  user: { subject: 'uid', name: 'displayName', specialty: 'spec' },
  patient: {
    fhirId: 'pat',
    identifiers: [
      { from: 'mrn', idType: 'MR' },
      { from: 'ssn', idType: 'SS' },
    ],
    birthDate: 'dob',
  },
  encounter: 'enc',
  visit: { number: 'csn', department: 'dept' },
  order: 'ord',
}

const factsOf = (said: Readonly<Record<string, string>>) =>
  assertedFacts(MAPPING, (name) => said[name])

describe('assertedFacts', () => {
  it('reads what is mapped, and nothing else', () => {
    expect(
      factsOf({
        uid: 'u-1',
        displayName: 'Ada Example',
        spec: 'Cardiology',
        pat: 'p-1',
        mrn: '000123',
        dob: '2008-01-06',
        enc: 'e-1',
        csn: 'V-77',
        dept: '3N',
        ord: 'o-1',
        role: 'admin',
      }),
    ).toEqual({
      user: { subject: 'u-1', name: 'Ada Example', specialty: 'Cardiology' },
      patient: {
        identifiers: [
          { id: 'p-1', idType: 'FHIR' },
          { id: '000123', idType: 'MR' },
        ],
        birthDate: '2008-01-06',
      },
      patientId: 'p-1',
      encounter: 'e-1',
      visit: { number: 'V-77', department: '3N' },
      order: 'o-1',
    })
  })

  it('leaves out what was not said, the patient as a whole too', () => {
    expect(factsOf({ uid: 'u-1' })).toEqual({ user: { subject: 'u-1' } })
  })

  it.each([undefined, '', ' '])('signs nobody on without a subject (%j)', (uid) => {
    expect(() => factsOf(uid === undefined ? {} : { uid })).toThrow(
      expect.objectContaining({ code: 'identity_unknown', detail: { reason: 'no_subject' } }),
    )
  })
})
