import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const linhNguyen: Chart = {
  id: 'linh-nguyen',
  mrn: '3918672',
  given: ['Linh'],
  family: 'Nguyen',
  gender: 'female',
  birthDate: '1968-12-30',
  phone: '+1-555-555-0176',
  city: 'Appleton',
  reason: 'Kidney disease follow-up',
  next: { inDays: 56, reason: 'Kidney disease follow-up' },
  conditions: [
    {
      snomed: ['431857002', 'Chronic kidney disease stage 4'],
      icd10: 'N18.4',
      since: '2022-02-17',
    },
    { snomed: ['38341003', 'Hypertension'], icd10: 'I12.9', since: '2009-07-08' },
    {
      snomed: ['707323002', 'Anemia in chronic kidney disease'],
      icd10: 'D63.1',
      since: '2023-05-03',
    },
  ],
  allergies: [{ substance: ['5640', 'Ibuprofen'], reaction: 'Kidney injury' }],
  medications: [
    { drug: ['17767', 'Amlodipine'], dosage: '10 mg by mouth once a day' },
    { drug: ['36676', 'Sodium bicarbonate'], dosage: '650 mg by mouth three times a day' },
    { drug: ['214824', 'Sevelamer'], dosage: '800 mg by mouth with each meal' },
    {
      drug: ['105694', 'Epoetin alfa'],
      dosage: '4,000 units under the skin once a week',
      since: 56,
    },
  ],
  vitalSigns: [
    vitals(0, [146, 84], 76, 36.5, 98, 55.7),
    vitals(56, [152, 88], 80, 36.6, 98, 56.3),
    vitals(112, [144, 82], 74, 36.4, 99, 55.9),
    vitals(180, [158, 92], 78, 36.6, 98, 55.2, { height: 156 }),
  ],
  laboratory: [
    {
      daysAgo: 3,
      values: {
        creatinine: 3.1,
        egfr: 17,
        bun: 58,
        potassium: 5.3,
        bicarbonate: 21,
        phosphate: 5.1,
        hemoglobin: 10.6,
      },
    },
    {
      daysAgo: 59,
      values: { creatinine: 2.9, egfr: 18, bun: 52, potassium: 5, hemoglobin: 9.4, ferritin: 186 },
    },
    {
      daysAgo: 115,
      values: { creatinine: 2.7, egfr: 20, bun: 49, potassium: 4.8, bicarbonate: 19 },
    },
    { daysAgo: 183, values: { creatinine: 2.5, egfr: 22, albuminCreatinine: 640 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 38 },
    { vaccine: ['43', 'Hepatitis B, adult'], on: '2023-08-15' },
    { vaccine: ['43', 'Hepatitis B, adult'], on: '2023-09-14' },
  ],
  documents: [
    {
      type: ['11488-4', 'Consultation note'],
      daysAgo: 56,
      lines: [
        'Kidney disease stage 4 of hypertension, losing 4 to 5 mL a minute each half year.',
        'Hemoglobin 9.4 with enough iron: epoetin started.',
        'Talked about dialysis at home and transplant.',
        'No blood draws or lines in the left arm: fistula planned.',
      ],
    },
  ],
}
