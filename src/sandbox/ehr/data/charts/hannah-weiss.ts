import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const hannahWeiss: Chart = {
  id: 'hannah-weiss',
  mrn: '7043391',
  given: ['Hannah', 'Ruth'],
  family: 'Weiss',
  gender: 'female',
  birthDate: '1995-02-18',
  phone: '+1-555-555-0183',
  city: 'Eau Claire',
  reason: 'Prenatal visit, 32 weeks',
  next: { inDays: 14, reason: 'Prenatal visit, 34 weeks' },
  conditions: [
    { snomed: ['47200007', 'High risk pregnancy'], icd10: 'O09.93', since: 165 },
    { snomed: ['11687002', 'Gestational diabetes mellitus'], icd10: 'O24.410', since: 28 },
    { snomed: ['87522002', 'Iron deficiency anemia'], icd10: 'D50.9', since: 60 },
  ],
  allergies: [{ substance: ['10180', 'Sulfamethoxazole'], reaction: 'Rash' }],
  medications: [
    { drug: ['4511', 'Folic acid'], dosage: '0.4 mg by mouth once a day', since: 165 },
    { drug: ['24947', 'Ferrous sulfate'], dosage: '325 mg by mouth every other day', since: 60 },
  ],
  vitalSigns: [
    vitals(0, [118, 72], 88, 36.7, 98, 74.1, { respiratoryRate: 18 }),
    vitals(28, [114, 70], 86, 36.6, 99, 72, { respiratoryRate: 17 }),
    vitals(60, [108, 66], 82, 36.8, 99, 69.4),
    vitals(120, [110, 68], 76, 36.7, 99, 65.8, { height: 167 }),
  ],
  laboratory: [
    { daysAgo: 1, values: { glucose: 97, hemoglobin: 11.4, ferritin: 21 } },
    { daysAgo: 28, values: { glucose: 168, a1c: 5.6, hemoglobin: 10.9, platelets: 214 } },
    { daysAgo: 60, values: { hemoglobin: 10.1, ferritin: 8, platelets: 226 } },
    { daysAgo: 120, values: { hemoglobin: 11.9, tsh: 1.4, wbc: 9.1 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 45 },
    { vaccine: ['115', 'Tdap'], on: 28 },
  ],
  documents: [
    {
      type: ['11506-3', 'Progress note'],
      daysAgo: 28,
      lines: [
        'At 28 weeks, good movements, fundal height 28 cm.',
        'Glucose tolerance test above range at one and two hours: gestational diabetes.',
        'Met the dietitian, meter given: four readings a day.',
        'Growth ultrasound at 32 weeks.',
      ],
    },
    {
      type: ['18748-4', 'Diagnostic imaging study'],
      daysAgo: 120,
      lines: [
        'Ultrasound at 15 weeks: single fetus, heart rate 148 a minute.',
        'Size agrees with dates, placenta posterior and clear of the cervix.',
      ],
    },
  ],
}
