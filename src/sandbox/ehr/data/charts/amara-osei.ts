import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const amaraOsei: Chart = {
  id: 'amara-osei',
  mrn: '5906113',
  given: ['Amara'],
  family: 'Osei',
  gender: 'female',
  birthDate: '1992-07-25',
  phone: '+1-555-555-0119',
  city: 'Rochester',
  reason: 'Asthma review',
  next: { inDays: 84, reason: 'Spirometry and inhaler check' },
  conditions: [
    { snomed: ['195967001', 'Asthma'], icd10: 'J45.909', since: '2003-05-12' },
    { snomed: ['40930008', 'Hypothyroidism'], icd10: 'E03.9', since: '2020-10-07' },
  ],
  allergies: [{ substance: ['1191', 'Aspirin'], reaction: 'Wheezing' }],
  medications: [
    { drug: ['41126', 'Fluticasone'], dosage: '110 mcg inhaled twice a day' },
    { drug: ['435', 'Albuterol'], dosage: '2 puffs inhaled as needed' },
    { drug: ['10582', 'Levothyroxine'], dosage: '75 mcg by mouth every morning', since: 120 },
  ],
  vitalSigns: [
    vitals(0, [112, 68], 72, 36.8, 98, 61.4),
    vitals(120, [116, 72], 92, 37.1, 93, 61),
    vitals(310, [110, 70], 74, 36.6, 99, 60.2),
  ],
  laboratory: [
    { daysAgo: 5, values: { tsh: 2.1, hemoglobin: 13.4, eosinophils: 0.4 } },
    { daysAgo: 120, values: { tsh: 6.2, hemoglobin: 12.9, eosinophils: 0.8 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 28 },
    { vaccine: ['115', 'Tdap'], on: '2021-03-22' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 120,
      lines: [
        'Asthma flare after a cold, rescue inhaler on four days a week.',
        'Inhaler technique shown again.',
        'TSH above range: levothyroxine raised to 75 mcg, recheck in twelve weeks.',
      ],
    },
  ],
}
