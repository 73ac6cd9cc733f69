import type { Appointment, Location } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart } from './chart.ts'
import { CLINICIANS, clinicianName } from './clinicians.ts'
import { hl7Concept } from './codes.ts'

const MINUTES = 30

/** A chart's next visit as it is booked. */
export function toAppointments(
  { id, given, family, next }: Chart,
  clinic: Location,
  calendar: Calendar,
): readonly Appointment[] {
  const [clinician] = CLINICIANS
  return [
    {
      resourceType: 'Appointment',
      id: `${id}-next`,
      identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.7', value: `A-${id}` }],
      status: 'booked',
      appointmentType: { ...hl7Concept('v2-0276', 'FOLLOWUP'), text: 'Follow-up visit' },
      reasonCode: [{ text: next.reason }],
      start: calendar.ago(-next.inDays),
      end: calendar.ago(-next.inDays, -MINUTES),
      minutesDuration: MINUTES,
      created: calendar.ago(0, 60),
      participant: [
        {
          actor: { reference: `Patient/${id}`, display: [...given, family].join(' ') },
          status: 'accepted',
        },
        {
          type: [hl7Concept('v3-ParticipationType', 'ATND')],
          actor: {
            reference: `Practitioner/${clinician.id}`,
            display: clinicianName(clinician),
          },
          status: 'accepted',
        },
        {
          actor: {
            reference: `Location/${clinic.id}`,
            type: 'Location',
            display: `${clinic.name}`,
          },
          status: 'accepted',
        },
      ],
    },
  ]
}
