import type { AllergyIntolerance, Condition } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { concept, hl7Concept } from './codes.ts'

/** A chart's problem list as Conditions, all of them active. */
export function toConditions({ id, conditions }: Chart, calendar: Calendar): readonly Condition[] {
  return conditions.map(
    ({ snomed: [code, text], icd10, since }): Condition => ({
      resourceType: 'Condition',
      id: `${id}-${code}`,
      clinicalStatus: hl7Concept('condition-clinical', 'active'),
      verificationStatus: hl7Concept('condition-ver-status', 'confirmed'),
      category: [hl7Concept('condition-category', 'problem-list-item')],
      code: {
        text,
        coding: [concept('snomed', code, text), concept('icd10', icd10, text)].flatMap(
          ({ coding }) => coding ?? [],
        ),
      },
      subject: { reference: `Patient/${id}` },
      onsetDateTime: calendar.date(since),
    }),
  )
}

/** A chart's allergies to medicines. */
export function toAllergies({ id, allergies }: Chart): readonly AllergyIntolerance[] {
  return allergies.map(
    ({ substance: [code, text], reaction }): AllergyIntolerance => ({
      resourceType: 'AllergyIntolerance',
      id: `${id}-${code}`,
      clinicalStatus: hl7Concept('allergyintolerance-clinical', 'active'),
      verificationStatus: hl7Concept('allergyintolerance-verification', 'confirmed'),
      category: ['medication'],
      code: concept('rxnorm', code, text),
      patient: { reference: `Patient/${id}` },
      reaction: [{ manifestation: [{ text: reaction }] }],
    }),
  )
}
