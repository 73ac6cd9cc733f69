import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const georgePapadakis: Chart = {
  id: 'george-papadakis',
  mrn: '2759016',
  given: ['George'],
  family: 'Papadakis',
  gender: 'male',
  birthDate: '1953-08-21',
  phone: '+1-555-555-0154',
  city: 'Superior',
  reason: 'COPD flare, one week on',
  next: { inDays: 14, reason: 'After COPD flare' },
  conditions: [
    {
      snomed: ['13645005', 'Chronic obstructive pulmonary disease'],
      icd10: 'J44.9',
      since: '2012-11-05',
    },
    { snomed: ['78275009', 'Obstructive sleep apnea'], icd10: 'G47.33', since: '2018-03-12' },
    { snomed: ['64859006', 'Osteoporosis'], icd10: 'M81.0', since: '2021-06-28' },
  ],
  allergies: [{ substance: ['2582', 'Clindamycin'], reaction: 'Diarrhea' }],
  medications: [
    { drug: ['69120', 'Tiotropium'], dosage: '18 mcg inhaled once a day' },
    { drug: ['435', 'Albuterol'], dosage: '2 puffs inhaled every 4 hours as needed' },
    { drug: ['8640', 'Prednisone'], dosage: '40 mg by mouth once a day for ten days', since: 7 },
    { drug: ['46041', 'Alendronate'], dosage: '70 mg by mouth once a week' },
  ],
  vitalSigns: [
    vitals(0, [134, 78], 92, 36.7, 91, 68.9, { respiratoryRate: 20 }),
    vitals(7, [142, 84], 112, 38.1, 86, 69.6, { respiratoryRate: 28 }),
    vitals(95, [130, 76], 84, 36.5, 93, 71.2, { respiratoryRate: 18, height: 174 }),
  ],
  laboratory: [
    { daysAgo: 0, values: { wbc: 9.8, crp: 8, pco2: 46, bicarbonate: 29 } },
    { daysAgo: 7, values: { wbc: 14.2, crp: 61, pco2: 54, bicarbonate: 31, glucose: 138 } },
    { daysAgo: 95, values: { wbc: 7.4, pco2: 44, hemoglobin: 16.4 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 50 },
    { vaccine: ['216', 'Pneumococcal conjugate, 20-valent'], on: '2022-09-13' },
    { vaccine: ['305', 'RSV, bivalent'], on: '2024-09-19' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 7,
      lines: [
        'Two days of more cough, yellow sputum and breathlessness at rest.',
        'Wheeze in all fields, no consolidation on the chest film.',
        'COPD exacerbation: prednisone for ten days, home oxygen at 2 L a minute.',
        'Seen again in one week, sooner if drowsy.',
      ],
    },
    {
      type: ['11488-4', 'Consultation note'],
      daysAgo: 95,
      lines: [
        'Pulmonary function: FEV1 48% of predicted, ratio 0.52.',
        'Uses CPAP six hours a night.',
        'Quit smoking in 2013 after 45 pack-years.',
        'Refer to pulmonary rehabilitation.',
      ],
    },
  ],
}
