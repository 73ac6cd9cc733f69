import type { LABORATORY } from './codes.ts'

/** Code and words; the codes' systems are where the builders say. */
type Coded = readonly [code: string, text: string]

/** One row of the flow sheet. */
export interface VitalSigns {
  readonly daysAgo: number
  readonly bloodPressure: readonly [systolic: number, diastolic: number]
  readonly heartRate: number
  readonly temperature: number
  readonly oxygen: number
  readonly weight: number
}

export interface LaboratoryPanel {
  readonly daysAgo: number
  readonly values: Readonly<Partial<Record<keyof typeof LABORATORY, number>>>
}

/** All that the sandbox knows of a patient, in few words; `resources.ts` makes FHIR of it. */
export interface Chart {
  readonly id: string
  readonly mrn: string
  readonly given: readonly string[]
  readonly family: string
  readonly gender: 'female' | 'male'
  readonly birthDate: string
  readonly phone: string
  readonly city: string
  readonly reason: string
  /** SNOMED CT and ICD-10-CM of each problem. */
  readonly conditions: readonly {
    readonly snomed: Coded
    readonly icd10: string
    readonly since: string
  }[]
  /** RxNorm ingredient, and what it does to the patient. */
  readonly allergies: readonly { readonly substance: Coded; readonly reaction: string }[]
  /** RxNorm ingredient, and how it is taken. */
  readonly medications: readonly { readonly drug: Coded; readonly dosage: string }[]
  readonly vitalSigns: readonly VitalSigns[]
  readonly laboratory: readonly LaboratoryPanel[]
}

const rosaDelgado: Chart = {
  id: 'rosa-delgado',
  mrn: '4821907',
  given: ['Rosa', 'Elena'],
  family: 'Delgado',
  gender: 'female',
  birthDate: '1961-03-14',
  phone: '+1-555-555-0142',
  city: 'Madison',
  reason: 'Diabetes follow-up',
  conditions: [
    { snomed: ['44054006', 'Type 2 diabetes mellitus'], icd10: 'E11.9', since: '2014-06-02' },
    { snomed: ['38341003', 'Hypertension'], icd10: 'I10', since: '2011-09-19' },
  ],
  allergies: [{ substance: ['7980', 'Penicillin G'], reaction: 'Hives' }],
  medications: [
    { drug: ['6809', 'Metformin'], dosage: '1,000 mg by mouth twice a day' },
    { drug: ['29046', 'Lisinopril'], dosage: '20 mg by mouth once a day' },
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
}

const walterLindqvist: Chart = {
  id: 'walter-lindqvist',
  mrn: '3370284',
  given: ['Walter'],
  family: 'Lindqvist',
  gender: 'male',
  birthDate: '1944-11-02',
  phone: '+1-555-555-0167',
  city: 'Duluth',
  reason: 'Shortness of breath',
  conditions: [
    { snomed: ['84114007', 'Heart failure'], icd10: 'I50.9', since: '2019-02-11' },
    { snomed: ['49436004', 'Atrial fibrillation'], icd10: 'I48.91', since: '2017-08-30' },
  ],
  allergies: [{ substance: ['2670', 'Codeine'], reaction: 'Vomiting' }],
  medications: [
    { drug: ['1364430', 'Apixaban'], dosage: '5 mg by mouth twice a day' },
    { drug: ['4603', 'Furosemide'], dosage: '40 mg by mouth every morning' },
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
}

const amaraOsei: Chart = {
  id: 'amara-osei',
  mrn: '5906113',
  given: ['Amara'],
  family: 'Osei',
  gender: 'female',
  birthDate: '1992-07-25',
  phone: '+1-555-555-0119',
  city: 'Rochester',
  reason: 'Asthma review',
  conditions: [
    { snomed: ['195967001', 'Asthma'], icd10: 'J45.909', since: '2003-05-12' },
    { snomed: ['40930008', 'Hypothyroidism'], icd10: 'E03.9', since: '2020-10-07' },
  ],
  allergies: [{ substance: ['1191', 'Aspirin'], reaction: 'Wheezing' }],
  medications: [
    { drug: ['41126', 'Fluticasone'], dosage: '110 mcg inhaled twice a day' },
    { drug: ['435', 'Albuterol'], dosage: '2 puffs inhaled as needed' },
    { drug: ['10582', 'Levothyroxine'], dosage: '75 mcg by mouth every morning' },
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
}

/** The sandbox's three patients. */
export const CHARTS: readonly [Chart, ...Chart[]] = [rosaDelgado, walterLindqvist, amaraOsei]

function vitals(
  daysAgo: number,
  bloodPressure: VitalSigns['bloodPressure'],
  heartRate: number,
  temperature: number,
  oxygen: number,
  weight: number,
): VitalSigns {
  return { daysAgo, bloodPressure, heartRate, temperature, oxygen, weight }
}
