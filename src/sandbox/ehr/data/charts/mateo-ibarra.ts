import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const mateoIbarra: Chart = {
  id: 'mateo-ibarra',
  mrn: '6120458',
  given: ['Mateo'],
  family: 'Ibarra',
  gender: 'male',
  birthDate: '2018-05-09',
  phone: '+1-555-555-0128',
  city: 'Green Bay',
  reason: 'Well-child visit',
  next: { inDays: 182, reason: 'Influenza vaccine' },
  conditions: [
    { snomed: ['24079001', 'Atopic dermatitis'], icd10: 'L20.9', since: '2019-01-15' },
    { snomed: ['91935009', 'Allergy to peanut'], icd10: 'Z91.010', since: '2020-04-27' },
  ],
  allergies: [{ substance: ['723', 'Amoxicillin'], reaction: 'Rash' }],
  medications: [
    { drug: ['5492', 'Hydrocortisone'], dosage: '1% cream on the skin twice a day during a flare' },
    { drug: ['20610', 'Cetirizine'], dosage: '5 mg by mouth once a day' },
    {
      drug: ['3992', 'Epinephrine'],
      dosage: '0.15 mg into the thigh for a severe reaction, then call 911',
      since: 200,
    },
  ],
  vitalSigns: [
    vitals(0, [98, 60], 88, 36.8, 99, 26.4, { respiratoryRate: 20, height: 128.5 }),
    vitals(75, [102, 64], 122, 38.9, 97, 25.5, { respiratoryRate: 26 }),
    vitals(200, [96, 58], 90, 36.7, 99, 24.8, { respiratoryRate: 19, height: 125.8 }),
  ],
  laboratory: [
    { daysAgo: 2, values: { hemoglobin: 12.8, ferritin: 34, eosinophils: 0.7 } },
    { daysAgo: 75, values: { wbc: 12.6, crp: 14, hemoglobin: 12.5 } },
    { daysAgo: 200, values: { hemoglobin: 12.3, ferritin: 22, eosinophils: 0.9 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 30 },
    { vaccine: ['03', 'MMR'], on: '2022-05-23' },
    { vaccine: ['21', 'Varicella'], on: '2022-05-23' },
    { vaccine: ['10', 'IPV'], on: '2022-05-23' },
    { vaccine: ['20', 'DTaP'], on: '2022-05-23' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 75,
      lines: [
        'Three days of fever, cough and a sore throat, drinking well.',
        'Ears and lungs clear, rapid strep test negative.',
        'Viral infection: fluids and rest, back if the fever outlasts five days.',
      ],
    },
    {
      type: ['51847-2', 'Evaluation and plan note'],
      daysAgo: 200,
      lines: [
        'Eczema calm with daily emollient.',
        'Peanut allergy: no reaction this year, mother shows correct use of the auto-injector.',
        'School has an emergency plan and one auto-injector.',
      ],
    },
  ],
}
