import { describe, expect, it } from 'vitest'
import { ask } from '../../../support/ask-orders.ts'
import type { Resource } from '../../../support/fhir-records.ts'

describe('Order Query', () => {
  it('tells what was ordered, by whom, of what and why, and nothing that is only proposed', async () => {
    const { Orders } = await ask('Order', 'Query')

    expect(Orders).toMatchObject([
      {
        Visit: { VisitNumber: 'V-7' },
        ID: 'O-7',
        ApplicationOrderID: 'req-7',
        Status: 'completed',
        TransactionDateTime: '2026-10-01T09:00:00.000Z',
        CollectionDateTime: '2026-10-01T09:30:00.000Z',
        Specimen: { Source: 'Serum' },
        Procedure: { Code: '24331-1', Codeset: 'LOINC' },
        Provider: { NPI: '1111111112' },
        Priority: 'ASAP',
        Comments: 'Fast for twelve hours.',
        Notes: ['Call the ward.'],
        Diagnoses: [{ Code: 'E78.5', Codeset: 'ICD-10-CM', Name: 'Hyperlipidemia' }],
      },
      { ID: 'req-8', OrderingFacility: { Name: 'Pier Laboratory', PhoneNumber: '401-555-0117' } },
    ])
  })

  it('tells those of the visits, times, ids and procedures that the message says', async () => {
    const ids = async (members: Resource) => {
      const { Orders = [] } = await ask('Order', 'Query', members)
      return (Orders as readonly Resource[]).map((one) => one['ID'])
    }

    expect(await ids({ VisitNumbers: ['V-7'] })).toEqual(['O-7'])
    expect(await ids({ OrderIDs: ['req-8'] })).toEqual(['req-8'])
    expect(await ids({ StartDateTime: '2026-10-15' })).toEqual(['req-8'])
    expect(await ids({ EndDateTime: '2026-10-15' })).toEqual(['O-7'])
    expect(await ids({ Procedures: [{ Code: '600-7' }] })).toEqual(['req-8'])
  })
})

describe('PatientAdmin VisitQuery', () => {
  it('tells the visits that the message says, and no patient without one', async () => {
    const visits = async (members: Resource) => {
      const { Patients } = await ask('PatientAdmin', 'VisitQuery', members)
      return Patients
    }
    const visit = {
      VisitNumber: 'V-7',
      VisitDateTime: '2026-10-01T08:00:00.000Z',
      PatientClass: 'Inpatient',
      Location: { Facility: 'Pier Hospital', Department: 'Cardiology' },
      Reason: 'Chest pain',
      Status: 'finished',
    }
    const told = [{ Demographics: { LastName: 'Halim' }, Visits: [visit] }]

    expect(await visits({})).toMatchObject(told)
    expect(
      await visits({ PatientClasses: ['Inpatient'], Departments: ['Cardiology'] }),
    ).toMatchObject(told)
    expect(await visits({ VisitNumbers: ['enc-7'], VisitStatuses: ['finished'] })).toMatchObject(
      told,
    )
    for (const no of [
      { PatientClasses: ['Emergency'] },
      { Departments: ['Urology'] },
      { Facilities: ['Quay'] },
      { VisitStatuses: ['planned'] },
      { VisitNumbers: ['V-8'] },
      { VisitStartDateTime: '2026-10-02' },
    ]) {
      expect(await visits(no)).toBeUndefined()
    }
  })
})

describe('Vaccination PatientQuery', () => {
  it('tells what was given, by whom and where, and what was refused', async () => {
    const { Patient } = await ask('Vaccination', 'PatientQuery')

    expect(Patient).toMatchObject({
      Demographics: { LastName: 'Halim' },
      Vaccinations: [
        {
          DateTime: '2026-10-02',
          Product: {
            Code: '141',
            Codeset: 'CVX',
            LotNumber: 'L-7',
            ExpirationDate: '2027-01-01',
            Manufacturer: { Name: 'Acme Vaccines' },
          },
          Dose: { Quantity: '0.5', Units: 'mL' },
          Order: { Provider: { LastName: 'Attend' } },
          Provider: { LastName: 'Aid' },
          Location: { Department: 'Cardiology' },
        },
        { Product: { Description: 'Zoster' }, RefusalReason: 'Patient objection' },
      ],
    })
  })

  it('tells of nobody whose demographics are not those of the message', async () => {
    const named = (LastName: string) =>
      ask('Vaccination', 'PatientQuery', { Patient: { Demographics: { LastName } } })

    await expect(named('Halim')).resolves.toHaveProperty('Patient')
    await expect(named('Other')).rejects.toMatchObject({ code: 'patient_mismatch' })
  })
})

describe('Provider ProviderQuery', () => {
  it('tells whom the message names, with that one’s roles alone', async () => {
    const providers = async (Provider: Resource) =>
      (await ask('Provider', 'ProviderQuery', { Provider }))['Providers']
    const full = [
      {
        Identifiers: [{ ID: '1111111161', IDType: 'NPI' }],
        IsActive: true,
        Demographics: { FirstName: 'Ola', MiddleName: 'May', LastName: 'Fuller', Sex: 'Female' },
        Qualifications: [
          { Identifiers: [{ ID: 'RI-1' }], Description: 'MD', StartDate: '2000-01-01' },
        ],
        Roles: [
          {
            Organization: { Name: 'Pier', IsActive: 'true', Type: 'Hospital' },
            Specialties: [{ Description: 'Cardiology' }],
            Locations: [{ Name: 'Pier', Status: 'active' }],
            Availability: [{ Days: ['mon'], AvailableStartTime: '09:00:00' }],
          },
        ],
      },
    ]

    expect(await providers({ Demographics: { LastName: 'fuller' } })).toMatchObject(full)
    expect(
      await providers({ Demographics: { LastName: 'Fuller', Address: { City: 'Bristol' } } }),
    ).toMatchObject(full)
    expect(
      await providers({ Demographics: { LastName: 'Fuller', Address: { City: 'Rome' } } }),
    ).toEqual([])
    expect(await providers({ Identifiers: [{ ID: '1111111161', IDType: 'MR' }] })).toEqual([])
    await expect(providers({ Demographics: { Address: { City: 'Bristol' } } })).rejects.toThrow(
      'Provider needs',
    )
  })
})
