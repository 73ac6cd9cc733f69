import type { CodeableConcept } from '@medplum/fhirtypes'

const SYSTEMS = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  icd10: 'http://hl7.org/fhir/sid/icd-10-cm',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
} as const

/** A concept with one coding of a well-known system, and the words a clinician would use. */
export function concept(system: keyof typeof SYSTEMS, code: string, text: string): CodeableConcept {
  return { coding: [{ system: SYSTEMS[system], code, display: text }], text }
}

/** A concept of one of HL7's own code systems, named by the last part of its address. */
export function hl7Concept(system: string, code: string): CodeableConcept {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] }
}

/**
 * What is measured: LOINC code, words, UCUM unit (and how people write it, where that differs), and
 * the range that is normal for an adult.
 */
export interface Measure {
  readonly code: string
  readonly text: string
  readonly unit: string
  readonly writtenUnit?: string
  readonly low?: number
  readonly high?: number
}

/** Vital signs, each by the name that the charts give it. */
export const VITAL_SIGNS = {
  heartRate: { code: '8867-4', text: 'Heart rate', unit: '/min', low: 60, high: 100 },
  temperature: { code: '8310-5', text: 'Body temperature', unit: 'Cel', low: 36, high: 37.8 },
  oxygen: { code: '2708-6', text: 'Oxygen saturation', unit: '%', low: 94 },
  weight: { code: '29463-7', text: 'Body weight', unit: 'kg' },
  respiratoryRate: { code: '9279-1', text: 'Respiratory rate', unit: '/min', low: 12, high: 20 },
  height: { code: '8302-2', text: 'Body height', unit: 'cm' },
} as const satisfies Record<string, Measure>

export const SYSTOLIC: Measure = {
  code: '8480-6',
  text: 'Systolic blood pressure',
  unit: 'mm[Hg]',
  high: 140,
}

export const DIASTOLIC: Measure = {
  code: '8462-4',
  text: 'Diastolic blood pressure',
  unit: 'mm[Hg]',
  high: 90,
}

/** Laboratory tests, each by the name that the charts give it. */
export const LABORATORY = {
  a1c: { code: '4548-4', text: 'Hemoglobin A1c', unit: '%', high: 6.5 },
  glucose: { code: '2345-7', text: 'Glucose', unit: 'mg/dL', low: 70, high: 110 },
  creatinine: { code: '2160-0', text: 'Creatinine', unit: 'mg/dL', low: 0.5, high: 1.2 },
  potassium: { code: '2823-3', text: 'Potassium', unit: 'mmol/L', low: 3.5, high: 5.1 },
  sodium: { code: '2951-2', text: 'Sodium', unit: 'mmol/L', low: 135, high: 145 },
  ldl: { code: '13457-7', text: 'LDL cholesterol', unit: 'mg/dL', high: 130 },
  ntProBnp: { code: '33762-6', text: 'NT-proBNP', unit: 'pg/mL', high: 300 },
  hemoglobin: { code: '718-7', text: 'Hemoglobin', unit: 'g/dL', low: 12, high: 17.5 },
  tsh: { code: '3016-3', text: 'Thyrotropin', unit: 'm[IU]/L', low: 0.4, high: 4.5 },
  eosinophils: { code: '711-2', text: 'Eosinophils', unit: '10*3/uL', high: 0.5 },
  wbc: { code: '6690-2', text: 'White blood cells', unit: '10*3/uL', low: 4, high: 11 },
  platelets: { code: '777-3', text: 'Platelets', unit: '10*3/uL', low: 150, high: 400 },
  crp: { code: '1988-5', text: 'C-reactive protein', unit: 'mg/L', high: 5 },
  ferritin: { code: '2276-4', text: 'Ferritin', unit: 'ng/mL', low: 15, high: 300 },
  bun: { code: '3094-0', text: 'Urea nitrogen', unit: 'mg/dL', low: 7, high: 20 },
  egfr: {
    code: '98979-8',
    text: 'Estimated GFR',
    unit: 'mL/min/{1.73_m2}',
    writtenUnit: 'mL/min/1.73 m²',
    low: 60,
  },
  albuminCreatinine: { code: '9318-7', text: 'Urine albumin/creatinine', unit: 'mg/g', high: 30 },
  phosphate: { code: '2777-1', text: 'Phosphate', unit: 'mg/dL', low: 2.5, high: 4.5 },
  bicarbonate: { code: '1963-8', text: 'Bicarbonate', unit: 'mmol/L', low: 22, high: 29 },
  pco2: { code: '2019-8', text: 'Arterial pCO2', unit: 'mm[Hg]', low: 35, high: 45 },
  urate: { code: '3084-1', text: 'Urate', unit: 'mg/dL', high: 7 },
  lithium: { code: '14334-7', text: 'Lithium', unit: 'mmol/L', low: 0.6, high: 1.2 },
} as const satisfies Record<string, Measure>
