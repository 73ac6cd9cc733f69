import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const walterLindqvist: Chart = {
  id: 'walter-lindqvist',
  mrn: '3370284',
  given: ['Walter'],
  family: 'Lindqvist',
  gender: 'male',
  birthDate: '1944-11-02',
  phone: '+1-555-555-0167',
  city: 'Duluth',
  reason: 'Shortness of breath',
  next: { inDays: 7, reason: 'Weight and kidney function check' },
  conditions: [
    { snomed: ['84114007', 'Heart failure'], icd10: 'I50.9', since: '2019-02-11' },
    { snomed: ['49436004', 'Atrial fibrillation'], icd10: 'I48.91', since: '2017-08-30' },
  ],
  allergies: [{ substance: ['2670', 'Codeine'], reaction: 'Vomiting' }],
  medications: [
    { drug: ['1364430', 'Apixaban'], dosage: '5 mg by mouth twice a day' },
    { drug: ['4603', 'Furosemide'], dosage: '40 mg by mouth every morning', since: 14 },
    { drug: ['6918', 'Metoprolol'], dosage: '50 mg by mouth once a day' },
  ],
  vitalSigns: [
    vitals(0, [118, 70], 104, 36.4, 92, 91.8),
    vitals(14, [122, 74], 88, 36.5, 95, 89.3),
    vitals(60, [126, 72], 84, 36.6, 96, 88.1),
  ],
  laboratory: [
    { daysAgo: 0, values: { ntProBnp: 2140, creatinine: 1.5, potassium: 3.3, sodium: 133 } },
    { daysAgo: 14, values: { ntProBnp: 980, creatinine: 1.3, potassium: 3.9, sodium: 137 } },
    { daysAgo: 60, values: { ntProBnp: 640, creatinine: 1.2, hemoglobin: 13.1 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 35 },
    { vaccine: ['216', 'Pneumococcal conjugate, 20-valent'], on: '2023-10-04' },
  ],
  documents: [
    {
      type: ['11488-4', 'Consultation note'],
      daysAgo: 14,
      lines: [
        'Heart failure with atrial fibrillation, rate controlled.',
        'Ejection fraction 35% by echocardiogram.',
        'Weight up 1.2 kg in six weeks with swollen ankles: furosemide doubled to 40 mg.',
        'Weigh daily and call at 2 kg more.',
      ],
    },
  ],
}
