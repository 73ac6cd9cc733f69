import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const danielBegay: Chart = {
  id: 'daniel-begay',
  mrn: '6874209',
  given: ['Daniel'],
  family: 'Begay',
  gender: 'male',
  birthDate: '1987-06-17',
  phone: '+1-555-555-0160',
  city: 'Wausau',
  reason: 'Medication review',
  next: { inDays: 28, reason: 'Lithium level' },
  conditions: [
    { snomed: ['13746004', 'Bipolar disorder'], icd10: 'F31.9', since: '2010-03-30' },
    { snomed: ['37796009', 'Migraine'], icd10: 'G43.909', since: '2006-09-14' },
    { snomed: ['40930008', 'Hypothyroidism'], icd10: 'E03.2', since: 98 },
  ],
  allergies: [{ substance: ['28439', 'Lamotrigine'], reaction: 'Rash' }],
  medications: [
    { drug: ['6448', 'Lithium'], dosage: '900 mg by mouth every evening' },
    { drug: ['51272', 'Quetiapine'], dosage: '100 mg by mouth at bedtime' },
    { drug: ['37418', 'Sumatriptan'], dosage: '50 mg by mouth at the start of a migraine' },
    { drug: ['10582', 'Levothyroxine'], dosage: '50 mcg by mouth every morning', since: 98 },
  ],
  vitalSigns: [
    vitals(0, [124, 78], 70, 36.6, 98, 88.4),
    vitals(98, [128, 82], 58, 36.3, 98, 90.7),
    vitals(190, [122, 76], 66, 36.5, 99, 86.2, { height: 179 }),
  ],
  laboratory: [
    { daysAgo: 1, values: { lithium: 0.8, tsh: 3.2, creatinine: 1, sodium: 139 } },
    { daysAgo: 98, values: { lithium: 1.3, tsh: 9.4, creatinine: 1.2, sodium: 138, ldl: 136 } },
    { daysAgo: 190, values: { lithium: 0.7, tsh: 4.1, creatinine: 0.9, glucose: 94 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 25 },
    { vaccine: ['115', 'Tdap'], on: '2019-07-31' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 98,
      lines: [
        'Mood steady for a year, sleeps seven hours.',
        'Tired and cold, fine tremor.',
        'Lithium above range and TSH raised: lithium lowered to 900 mg, levothyroxine begun.',
        'Drinks enough, takes no anti-inflammatory drugs.',
      ],
    },
  ],
}
