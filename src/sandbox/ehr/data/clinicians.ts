import type { Practitioner } from '@medplum/fhirtypes'

/** Somebody who works at the sandbox's hospital and is signed on to its EHR. */
export interface Clinician {
  /** Id of the Practitioner, and the subject of the ID token. */
  readonly id: string
  readonly given: string
  readonly family: string
  readonly suffix: string
  readonly specialty: string
  readonly npi: string
}

export const CLINICIANS: readonly [Clinician, ...Clinician[]] = [
  {
    id: 'helen-brandt',
    given: 'Helen',
    family: 'Brandt',
    suffix: 'MD',
    specialty: 'Internal medicine',
    npi: '1234567893',
  },
  {
    id: 'samuel-adeyemi',
    given: 'Samuel',
    family: 'Adeyemi',
    suffix: 'MD',
    specialty: 'Cardiology',
    npi: '1472583693',
  },
  {
    id: 'nora-kim',
    given: 'Nora',
    family: 'Kim',
    suffix: 'NP',
    specialty: 'Primary care',
    npi: '1993847569',
  },
]

/** The name as it stands on a badge. */
export function clinicianName({ given, family, suffix }: Clinician): string {
  return `${given} ${family}, ${suffix}`
}

export function toPractitioner(clinician: Clinician): Practitioner {
  const { id, given, family, suffix, npi } = clinician
  return {
    resourceType: 'Practitioner',
    id,
    active: true,
    identifier: [{ use: 'official', system: 'http://hl7.org/fhir/sid/us-npi', value: npi }],
    name: [{ use: 'official', given: [given], family, suffix: [suffix] }],
    telecom: [
      { system: 'phone', use: 'work', value: '+1-555-555-0100' },
      { system: 'email', use: 'work', value: `${id}@hospital.example` },
    ],
  }
}
