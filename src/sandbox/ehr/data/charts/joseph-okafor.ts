import { type Chart, vitals } from '#sandbox/ehr/data/chart.ts'

export const josephOkafor: Chart = {
  id: 'joseph-okafor',
  mrn: '4407825',
  given: ['Joseph'],
  family: 'Okafor',
  gender: 'male',
  birthDate: '1958-10-06',
  phone: '+1-555-555-0131',
  city: 'La Crosse',
  reason: 'After knee replacement',
  next: { inDays: 28, reason: 'Six weeks after knee replacement' },
  conditions: [
    { snomed: ['239873007', 'Osteoarthritis of knee'], icd10: 'M17.12', since: '2016-04-19' },
    { snomed: ['271737000', 'Anemia'], icd10: 'D62', since: 13 },
    { snomed: ['90560007', 'Gout'], icd10: 'M10.9', since: '2019-12-02' },
  ],
  allergies: [{ substance: ['2231', 'Cephalexin'], reaction: 'Hives' }],
  medications: [
    {
      drug: ['1114195', 'Rivaroxaban'],
      dosage: '10 mg by mouth once a day until 35 days after surgery',
      since: 14,
    },
    { drug: ['161', 'Acetaminophen'], dosage: '1,000 mg by mouth three times a day', since: 14 },
    { drug: ['7804', 'Oxycodone'], dosage: '5 mg by mouth every 6 hours as needed', since: 14 },
    { drug: ['519', 'Allopurinol'], dosage: '300 mg by mouth once a day' },
  ],
  vitalSigns: [
    vitals(0, [132, 80], 84, 36.9, 97, 94.6),
    vitals(12, [118, 70], 96, 37.6, 95, 96.8, { respiratoryRate: 18 }),
    vitals(14, [138, 82], 72, 36.6, 98, 95.3, { respiratoryRate: 14 }),
    vitals(40, [140, 84], 74, 36.5, 98, 95.9, { height: 183 }),
  ],
  laboratory: [
    { daysAgo: 0, values: { hemoglobin: 11.2, crp: 18, wbc: 7.9, platelets: 388 } },
    { daysAgo: 12, values: { hemoglobin: 9.6, crp: 142, wbc: 12.1, creatinine: 1.1 } },
    { daysAgo: 14, values: { hemoglobin: 13.9, potassium: 4.4, creatinine: 1 } },
    { daysAgo: 40, values: { hemoglobin: 14.2, urate: 5.8, platelets: 246 } },
  ],
  immunizations: [
    { vaccine: ['140', 'Influenza, seasonal, injectable'], on: 60 },
    { vaccine: ['187', 'Zoster, recombinant'], on: '2021-11-09' },
  ],
  documents: [
    {
      type: ['11504-8', 'Surgical operation note'],
      daysAgo: 14,
      lines: [
        'Left total knee replacement, cemented, under spinal anesthesia.',
        'Blood loss 350 mL, no complication, wound closed with staples.',
        'Vancomycin before the cut for cephalosporin allergy.',
      ],
    },
    {
      type: ['18842-5', 'Discharge summary'],
      daysAgo: 12,
      lines: [
        'Home on the second day, walks 60 m with a walker, knee bends to 80 degrees.',
        'Anemia after surgery, no transfusion: recheck at two weeks.',
        'Staples out at two weeks.',
        'Call for fever, a hot calf or a wet wound.',
      ],
    },
  ],
}
