import type { DiagnosticReport, ServiceRequest } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { CLINICIANS, clinicianName } from './clinicians.ts'
import { concept, hl7Concept } from './codes.ts'
import { resultId } from './observations.ts'

const STUDIES = concept('loinc', '26436-6', 'Laboratory studies')

const ORDERED_BY = {
  reference: `Practitioner/${CLINICIANS[0].id}`,
  display: clinicianName(CLINICIANS[0]),
}

/** What was ordered of the laboratory, and what is to be before the next visit. */
export function toServiceRequests(
  { id, laboratory, next }: Chart,
  calendar: Calendar,
): readonly ServiceRequest[] {
  const common: Omit<ServiceRequest, 'status'> = {
    resourceType: 'ServiceRequest',
    intent: 'order',
    category: [concept('snomed', '108252007', 'Laboratory procedure')],
    code: STUDIES,
    subject: { reference: `Patient/${id}` },
    requester: ORDERED_BY,
    priority: 'routine',
  }
  return [
    ...laboratory.map(
      ({ daysAgo }): ServiceRequest => ({
        ...common,
        id: orderId(id, daysAgo),
        status: 'completed',
        authoredOn: calendar.ago(daysAgo, 360),
      }),
    ),
    {
      ...common,
      id: `${id}-next-order`,
      status: 'active',
      authoredOn: calendar.ago(0, 5),
      occurrenceDateTime: calendar.ago(-next.inDays, 60),
      reasonCode: [{ text: next.reason }],
    },
  ]
}

/** The laboratory's answers, a report each order. */
export function toDiagnosticReports(
  { id, laboratory }: Chart,
  calendar: Calendar,
): readonly DiagnosticReport[] {
  return laboratory.map(
    ({ daysAgo, values }): DiagnosticReport => ({
      resourceType: 'DiagnosticReport',
      id: `${id}-${daysAgo}-report`,
      status: 'final',
      category: [hl7Concept('v2-0074', 'LAB')],
      code: STUDIES,
      subject: { reference: `Patient/${id}` },
      basedOn: [{ reference: `ServiceRequest/${orderId(id, daysAgo)}` }],
      effectiveDateTime: calendar.ago(daysAgo, 300),
      issued: calendar.ago(daysAgo, 240),
      result: Object.keys(values).map((name) => ({
        reference: `Observation/${resultId(id, daysAgo, name)}`,
      })),
    }),
  )
}

function orderId(patient: string, daysAgo: number): string {
  return `${patient}-${daysAgo}-order`
}
