import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const sofiaMarchetti: Chart = {
  id: 'sofia-marchetti',
  mrn: '5582390',
  given: ['Sofia'],
  family: 'Marchetti',
  gender: 'female',
  birthDate: '2010-09-03',
  phone: '+1-555-555-0195',
  city: 'Kenosha',
  reason: 'Type 1 diabetes review',
  next: { inDays: 91, reason: 'Type 1 diabetes review' },
  conditions: [
    { snomed: ['46635009', 'Type 1 diabetes mellitus'], icd10: 'E10.65', since: '2019-02-24' },
    { snomed: ['396331005', 'Celiac disease'], icd10: 'K90.0', since: '2020-08-11' },
  ],
  allergies: [{ substance: ['10831', 'Sulfamethoxazole and trimethoprim'], reaction: 'Rash' }],
  medications: [
    { drug: ['274783', 'Insulin glargine'], dosage: '22 units under the skin every evening' },
    {
      drug: ['86009', 'Insulin lispro'],
      dosage: '1 unit for 8 g of carbohydrate under the skin with each meal',
    },
    { drug: ['4832', 'Glucagon'], dosage: '3 mg into the nose for severe low glucose' },
  ],
  vitalSigns: [
    vitals(0, [112, 68], 76, 36.6, 99, 56.8, { height: 163.5 }),
    vitals(90, [110, 66], 80, 36.8, 99, 55.9, { height: 163 }),
    vitals(181, [114, 70], 78, 36.7, 98, 54.7, { height: 162 }),
  ],
  laboratory: [
    { daysAgo: 1, values: { a1c: 8.2, glucose: 203, tsh: 1.9, albuminCreatinine: 9 } },
    { daysAgo: 90, values: { a1c: 8.9, glucose: 64 } },
    { daysAgo: 181, values: { a1c: 7.8, glucose: 171, ferritin: 13, hemoglobin: 12.2 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 42 },
    { vaccine: ['165', 'HPV, 9-valent'], on: '2022-03-07' },
    { vaccine: ['165', 'HPV, 9-valent'], on: '2022-10-10' },
    { vaccine: ['114', 'Meningococcal ACWY'], on: '2021-09-20' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 90,
      lines: [
        'A1c up by one point since school began: lunch doses are missed on most days.',
        'Two readings under 60 after volleyball.',
        'Less glargine on training days, alarm for lunch.',
        'Will try a closed-loop pump: training booked.',
      ],
    },
  ],
}
