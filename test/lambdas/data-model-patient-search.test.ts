import { describe, expect, it } from 'vitest'
import { ADA, aMessage, fhirJson, givenDataModelDoor } from './given-data-model-door.ts'

const search = (Patient: Readonly<Record<string, unknown>>) =>
  aMessage('PatientSearch', 'Query', { Patient })

const BY_NAME = search({ Demographics: { FirstName: 'ada', LastName: 'LOVELACE' } })
const NAMESAKE = { ...ADA, id: 'pat-2', birthDate: '1990-01-01', identifier: [] }
const OTHER = { ...ADA, id: 'pat-3', name: [{ given: ['Adam'], family: 'Lovelace' }] }

describe('PatientSearch Query', () => {
  it('answers one match as the patient', async () => {
    const { post, asked } = await givenDataModelDoor({
      resources: [
        {
          ...ADA,
          telecom: [
            { system: 'phone', use: 'home', value: '+1 (608) 555-0123' },
            { system: 'email', value: 'ada@example.org' },
          ],
          address: [{ use: 'home', line: ['1 Main St', 'Apt 2'], city: 'Madison', state: 'WI' }],
          maritalStatus: { coding: [{ code: 'M', display: 'Married' }] },
          communication: [{ language: { coding: [{ code: 'en-US' }] } }],
          deceasedBoolean: false,
          generalPractitioner: [{ reference: 'Practitioner/p1' }],
        },
        {
          resourceType: 'Practitioner',
          id: 'p1',
          identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
          name: [{ given: ['Helen'], family: 'Brandt' }],
          qualification: [{ code: { text: 'MD' } }],
        },
      ],
    })
    const { json } = await post(BY_NAME)

    expect(json.Meta.EventType).toBe('Query')
    expect(json.Patient).toEqual({
      Identifiers: [
        { ID: 'pat-1', IDType: 'FHIR' },
        { ID: 'M-1', IDType: 'MR' },
      ],
      Demographics: {
        FirstName: 'Ada',
        MiddleName: 'King',
        LastName: 'Lovelace',
        DOB: '1975-12-10',
        Sex: 'Female',
        MaritalStatus: 'Married',
        Language: 'en',
        Address: { StreetAddress: '1 Main St Apt 2', City: 'Madison', State: 'WI' },
        IsDeceased: false,
        PhoneNumber: { Home: '+16085550123' },
        EmailAddresses: ['ada@example.org'],
      },
      PCP: {
        NPI: '1234567893',
        ID: '1234567893',
        IDType: 'NPI',
        FirstName: 'Helen',
        LastName: 'Brandt',
        Credentials: ['MD'],
      },
    })
    expect(asked[0]).toBe('Patient?given=ada&family=LOVELACE')
  })

  it('answers several as potential matches, and none as nobody', async () => {
    const { post } = await givenDataModelDoor({ resources: [ADA, NAMESAKE, OTHER] })

    const several = (await post(BY_NAME)).json
    expect(several.Patient).toEqual({})
    expect(
      several.PotentialMatches.map(
        ({ Identifiers }: never) => (Identifiers as [{ ID: string }])[0].ID,
      ),
    ).toEqual(['pat-1', 'pat-2'])
    const none = await post(search({ Demographics: { LastName: 'Nobody' } }))
    expect(none).toMatchObject({ statusCode: 200, json: { Patient: {} } })
    expect(none.json.PotentialMatches).toBeUndefined()
  })

  it('takes nobody for a match because the EHR did, but whoever is one', async () => {
    const { post } = await givenDataModelDoor({ resources: [ADA, NAMESAKE, OTHER] })
    const born = await post(
      search({ Demographics: { LastName: 'Lovelace', DOB: '1990-01-01', Sex: 'Female' } }),
    )
    expect(born.json.Patient.Identifiers).toEqual([{ ID: 'pat-2', IDType: 'FHIR' }])
    const identified = await post(search({ Identifiers: [{ ID: 'M-1', IDType: 'MR' }] }))
    expect(identified.json.PotentialMatches).toHaveLength(2)
    const otherType = await post(search({ Identifiers: [{ ID: 'M-1', IDType: 'SS' }] }))
    expect(otherType.json.Patient).toEqual({})
  })

  it('names what it did not search by', async () => {
    const { post } = await givenDataModelDoor()
    const { json } = await post(search({ Demographics: { LastName: 'Lovelace', SSN: '1' } }))

    expect(json.Patient.Demographics.FirstName).toBe('Ada')
    expect(json.Meta.Errors).toMatchObject([
      { Text: expect.stringContaining('Patient.Demographics.SSN was not searched by') },
    ])
  })

  it.each([
    ['nothing', {}],
    ['what everybody may have', { Demographics: { Sex: 'Female' } }],
  ])('refuses a search by %s', async (_, person) => {
    const { post, asked } = await givenDataModelDoor()
    expect((await post(search(person))).statusCode).toBe(400)
    expect(asked).toEqual([])
  })

  it('finds nobody but the session’s patient where the guard is on', async () => {
    const { post, asked } = await givenDataModelDoor({
      resources: [ADA, NAMESAKE],
      connection: { fhirPolicy: { patientGuard: true } },
    })
    expect((await post(BY_NAME)).json.Patient.Identifiers[0].ID).toBe('pat-1')
    const born = await post(search({ Demographics: { DOB: '1990-01-01' } }))
    expect(born.json.Patient).toEqual({})
    expect(asked).toEqual(['Patient/pat-1', 'Patient/pat-1'])
  })

  it('says that the EHR could not search', async () => {
    const { post } = await givenDataModelDoor({
      answers: { Patient: (_, response) => fhirJson(response, {}, 400) },
    })
    const { statusCode, json } = await post(BY_NAME)
    expect(statusCode).toBe(200)
    expect(json.Patient).toEqual({})
    expect(json.Meta.Errors).toMatchObject([
      { Text: expect.stringContaining('status 400'), Type: 'query', Module: 'Send' },
    ])
  })
})
