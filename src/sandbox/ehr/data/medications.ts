import type { MedicationRequest } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { CLINICIANS } from './clinicians.ts'
import { concept } from './codes.ts'

/** A chart's medications as orders, all of them active. */
export function toMedicationRequests(
  { id, medications }: Chart,
  calendar: Calendar,
): readonly MedicationRequest[] {
  return medications.map(
    ({ drug: [code, text], dosage, since = 90 }): MedicationRequest => ({
      resourceType: 'MedicationRequest',
      id: `${id}-${code}`,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: concept('rxnorm', code, text),
      subject: { reference: `Patient/${id}` },
      authoredOn: calendar.date(since),
      requester: { reference: `Practitioner/${CLINICIANS[0].id}` },
      dosageInstruction: [{ text: dosage }],
    }),
  )
}
