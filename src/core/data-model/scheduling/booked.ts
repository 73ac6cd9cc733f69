import { isAsSaid, isWithin } from '#core/data-model/choose-items.ts'
import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { applyTable, below } from '#core/data-model/mapping/table.ts'
import { PLACE_CANNOT, PROVIDER_CANNOT } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import { readRecord } from '#core/data-model/record.ts'
import { checkTimes } from '#core/data-model/schema/check-times.ts'
import { onePatient } from '#core/data-model/schema/query-shapes.ts'
import { APPOINTMENT } from './appointment-table.ts'
import { type BookedMessage, bookedAnswer, bookedMessage } from './booked-message.ts'

/** Wished for, and not booked yet. */
const NOT_BOOKED: readonly unknown[] = ['proposed', 'pending', 'waitlist']

const NOT_OF_APPOINTMENTS = 'FHIR’s appointments have no such element.'

/** `Scheduling` / `Booked`: the appointments of a patient within a time, called off ones among them. */
export const booked = defineModel<BookedMessage>({
  dataModel: 'Scheduling',
  eventType: 'Booked',
  message: bookedMessage,
  answerSchema: bookedAnswer,
  parts: [
    {
      to: 'Visits[]',
      type: 'Appointment',
      table: APPOINTMENT,
      note: 'Of the status booked, or any that follows it. `Location` and `Duration`, which the published schema requires, are left out where the EHR does not say them.',
    },
  ],
  cannot: below('Visits[]', {
    AccountNumber: NOT_OF_APPOINTMENTS,
    PatientClass: NOT_OF_APPOINTMENTS,
    CancelDateTime: NOT_OF_APPOINTMENTS,
    Diagnoses: 'What FHIR’s appointments say is the reason, which need be no diagnosis.',
    AppointmentInfo: NOT_OF_APPOINTMENTS,
    'Patient.Notes': 'FHIR has no notes on a patient’s record as such.',
    ...below('Location', PLACE_CANNOT),
    ...below('AttendingProvider', PROVIDER_CANNOT),
    ...below('ConsultingProvider', PROVIDER_CANNOT),
    ...below('ReferringProvider', PROVIDER_CANNOT),
    ...below('VisitProvider', PROVIDER_CANNOT),
    'AdditionalStaff[].Location': PROVIDER_CANNOT.Location,
    'AdditionalStaff[].StartDateTime': 'Whoever takes part does so for the whole appointment.',
    'AdditionalStaff[].Duration': 'Whoever takes part does so for the whole appointment.',
    'Equipment[].StartDateTime': 'What takes part does so for the whole appointment.',
    'Equipment[].Duration': 'What takes part does so for the whole appointment.',
  }),

  async answer(message, context) {
    const { StartDateTime, EndDateTime, Visit } = message
    checkTimes({ StartDateTime, EndDateTime })
    const search = appointments(StartDateTime, EndDateTime)
    const { found, resolve, warnings } = await readRecord(
      onePatient(Visit?.Patients),
      [{ search, references: ['participant.actor'] }],
      context,
    )
    const visits = found
      .of(search)
      .map((one) => applyTable(APPOINTMENT, one, resolve(one)) ?? {})
      .filter(
        (one) =>
          'VisitNumber' in one &&
          isWithin(one['VisitDateTime'], StartDateTime, EndDateTime) &&
          isAsSaid(one['Reason'], Visit?.Reason) &&
          isAsSaid(one['AttendingProvider'], Visit?.AttendingProviders) &&
          isAsSaid(one['VisitProvider'], Visit?.VisitProvider) &&
          isAsSaid(one['Location'], Visit?.Location),
      )
    return { body: { Visits: visits }, warnings, isIncomplete: found.isIncomplete }
  },
})

function appointments(start: string, end: string | null | undefined): Search {
  return {
    section: 'Visits',
    type: 'Appointment',
    parameters: { date: [`ge${start}`, ...(end ? [`le${end}`] : [])] },
    keep: (resource) => !isVoid(resource) && !NOT_BOOKED.includes(resource['status']),
  }
}
