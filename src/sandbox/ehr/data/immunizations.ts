import type { Immunization } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { concept } from './codes.ts'

/** A chart's doses as Immunizations, numbered as one vaccine may be given more than once. */
export function toImmunizations(
  { id, immunizations }: Chart,
  calendar: Calendar,
): readonly Immunization[] {
  return immunizations.map(
    ({ vaccine: [code, text], on }, index): Immunization => ({
      resourceType: 'Immunization',
      id: `${id}-${code}-${index}`,
      status: 'completed',
      vaccineCode: concept('cvx', code, text),
      patient: { reference: `Patient/${id}` },
      occurrenceDateTime: calendar.date(on),
      primarySource: true,
    }),
  )
}
