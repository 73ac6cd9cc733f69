import { advanceDirectives } from './advance-directives.ts'
import { allergies } from './allergies.ts'
import { encounters } from './encounters.ts'
import { familyHistory } from './family-history.ts'
import { immunizations } from './immunizations.ts'
import { insurances } from './insurances.ts'
import { medicalEquipment } from './medical-equipment.ts'
import { medications } from './medications.ts'
import { planOfCare } from './plan-of-care.ts'
import { problems } from './problems.ts'
import { procedures } from './procedures.ts'
import { results } from './results.ts'
import type { Section } from './section.ts'
import { socialHistory } from './social-history.ts'
import { vitalSigns } from './vital-signs.ts'

/** The sections of any clinical summary, as the published schema has them in order. */
export const SECTIONS: readonly Section[] = [
  advanceDirectives,
  allergies,
  encounters,
  familyHistory,
  immunizations,
  insurances,
  medicalEquipment,
  medications,
  planOfCare,
  problems,
  procedures,
  results,
  socialHistory,
  vitalSigns,
]

/** Of any section: HTML that nobody at the EHR has written. */
export const NARRATIVES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'AdvanceDirectivesText',
    'AllergyText',
    'EncountersText',
    'FamilyHistoryText',
    'ImmunizationText',
    'InsurancesText',
    'MedicalEquipmentText',
    'MedicationsText',
    'PlanOfCareText',
    'ProblemsText',
    'ProceduresText',
    'ResultText',
    'SocialHistoryText',
    'VitalSignsText',
  ].map((field) => [
    field,
    'It is HTML about the whole section, which FHIR has not: a resource’s own text is about that alone.',
  ]),
)
