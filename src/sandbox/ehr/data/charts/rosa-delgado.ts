import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const rosaDelgado: Chart = {
  id: 'rosa-delgado',
  mrn: '4821907',
  given: ['Rosa', 'Elena'],
  family: 'Delgado',
  gender: 'female',
  birthDate: '1961-03-14',
  phone: '+1-555-555-0142',
  city: 'Madison',
  reason: 'Diabetes follow-up',
  next: { inDays: 91, reason: 'Diabetes follow-up' },
  conditions: [
    { snomed: ['44054006', 'Type 2 diabetes mellitus'], icd10: 'E11.9', since: '2014-06-02' },
    { snomed: ['38341003', 'Hypertension'], icd10: 'I10', since: '2011-09-19' },
  ],
  allergies: [{ substance: ['7980', 'Penicillin G'], reaction: 'Hives' }],
  medications: [
    { drug: ['6809', 'Metformin'], dosage: '1,000 mg by mouth twice a day' },
    { drug: ['29046', 'Lisinopril'], dosage: '20 mg by mouth once a day', since: 91 },
  ],
  vitalSigns: [
    vitals(0, [148, 88], 78, 36.7, 97, 83.2),
    vitals(91, [152, 91], 82, 36.6, 98, 84.6),
    vitals(183, [144, 86], 76, 36.8, 97, 85.9),
  ],
  laboratory: [
    { daysAgo: 2, values: { a1c: 7.4, glucose: 156, creatinine: 0.9, potassium: 4.3, ldl: 118 } },
    { daysAgo: 93, values: { a1c: 8.1, glucose: 181, creatinine: 0.9, ldl: 141 } },
    { daysAgo: 185, values: { a1c: 8.6, glucose: 204, creatinine: 1 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 40 },
    { vaccine: ['187', 'Zoster, recombinant'], on: '2022-05-16' },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 91,
      lines: [
        'Type 2 diabetes, improving on metformin twice a day.',
        'Walks half an hour on most days.',
        'Blood pressure still above goal: lisinopril raised to 20 mg.',
        'Back in three months with a new A1c.',
      ],
    },
  ],
}
