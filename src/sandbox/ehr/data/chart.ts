import type { Day } from './calendar.ts'
import type { LABORATORY } from './codes.ts'

/** Code and words; the codes' systems are where the builders say. */
type Coded = readonly [code: string, text: string]

/** One row of the flow sheet, and with it a visit. */
export interface VitalSigns {
  readonly daysAgo: number
  readonly bloodPressure: readonly [systolic: number, diastolic: number]
  readonly heartRate: number
  readonly temperature: number
  readonly oxygen: number
  readonly weight: number
  readonly respiratoryRate?: number
  readonly height?: number
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
  /** The appointment that is booked, and what for. */
  readonly next: { readonly inDays: number; readonly reason: string }
  /** SNOMED CT and ICD-10-CM of each problem. */
  readonly conditions: readonly {
    readonly snomed: Coded
    readonly icd10: string
    readonly since: Day
  }[]
  /** RxNorm ingredient, and what it does to the patient. */
  readonly allergies: readonly { readonly substance: Coded; readonly reaction: string }[]
  /** RxNorm ingredient, how it is taken, and when it was ordered: 90 days ago unless it says. */
  readonly medications: readonly {
    readonly drug: Coded
    readonly dosage: string
    readonly since?: Day
  }[]
  readonly vitalSigns: readonly VitalSigns[]
  readonly laboratory: readonly LaboratoryPanel[]
  /** CVX, and the day of the dose. */
  readonly immunizations: readonly { readonly vaccine: Coded; readonly on: Day }[]
  /** LOINC of the kind of note, the visit that it was written at, and its lines. */
  readonly documents: readonly {
    readonly type: Coded
    readonly daysAgo: number
    readonly lines: readonly string[]
  }[]
}

/** A row of the flow sheet in the order in which a nurse takes it. */
export function vitals(
  daysAgo: number,
  bloodPressure: VitalSigns['bloodPressure'],
  heartRate: number,
  temperature: number,
  oxygen: number,
  weight: number,
  more: Pick<VitalSigns, 'respiratoryRate' | 'height'> = {},
): VitalSigns {
  return { daysAgo, bloodPressure, heartRate, temperature, oxygen, weight, ...more }
}
