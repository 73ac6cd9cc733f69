import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import { isObject, wordOf } from '#core/data-model/mapping/json.ts'
import { PERSON } from '#core/data-model/mapping/patient.ts'
import { PROVIDER, provider } from '#core/data-model/mapping/people.ts'
import { codeset, number, text, wording } from '#core/data-model/mapping/rules.ts'
import { as, type Rule, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { place } from '#core/data-model/mapping/visits.ts'

/** Roles of participants: HL7's ParticipationType, which FHIR names as their types. */
const inRole = (code: string) => `participant.where(type.coding.code='${code}')`

const STAFF: Table = {
  source: 'r4/appointment',
  rows: [
    { to: '', from: 'actor.resolve()', as: as(PROVIDER) },
    { to: 'Role', from: 'type', as: codeset('Description') },
  ],
}

/** The kind of a device that takes part. */
const equipment: Rule = {
  ...codeset('Description'),
  convert: (value, resolve) =>
    isObject(value) && value['resourceType'] === 'Device'
      ? codeset('Description').convert(value['type'], resolve)
      : undefined,
}

const MINUTE_MS = 60_000

/** The minutes between start and end, where the appointment does not say how long it is. */
const minutesBetween: Rule = {
  name: 'minutes from start to end',
  convert(value) {
    if (!isObject(value)) return undefined
    const ms = Date.parse(wordOf(value['end'])) - Date.parse(wordOf(value['start']))
    return ms >= 0 ? Math.round(ms / MINUTE_MS) : undefined
  },
}

const PATIENT: Table = {
  source: 'r4/patient',
  rows: [...IDENTIFIERS.rows, { to: 'Demographics', from: '$this', as: as(PERSON) }],
}

/** The patient who takes part. */
const patient: Rule = {
  ...as(PATIENT),
  choose: (values) => values.find((one) => isObject(one) && one['resourceType'] === 'Patient'),
}

/** An appointment, as `Scheduling` tells of one. */
export const APPOINTMENT: Table = {
  source: 'r4/appointment',
  rows: [
    { to: 'VisitNumber', from: ['identifier.value', 'id'], as: text },
    { to: 'VisitDateTime', from: 'start', as: dateTime },
    { to: 'Status', from: 'status', as: text },
    { to: 'Duration', from: '$this', as: minutesBetween },
    { to: 'Duration', from: 'minutesDuration', as: number },
    { to: 'Reason', from: ['reasonCode', 'description'], as: wording },
    { to: 'CancelReason', from: 'cancelationReason', as: wording },
    { to: 'LastUpdated', from: 'meta.lastUpdated', as: dateTime, source: 'r4/resource' },
    { to: 'ScheduledDateTime', from: 'created', as: dateTime },
    { to: 'Type', from: ['appointmentType', 'serviceType'], as: wording },
    { to: 'Instructions[]', from: 'patientInstruction', as: text },
    { to: 'AttendingProvider', from: `${inRole('ATND')}.actor.resolve()`, as: provider },
    { to: 'ConsultingProvider', from: `${inRole('CON')}.actor.resolve()`, as: provider },
    { to: 'ReferringProvider', from: `${inRole('REF')}.actor.resolve()`, as: provider },
    {
      to: 'VisitProvider',
      from: [`${inRole('PPRF')}.actor.resolve()`, 'participant.actor.resolve()'],
      as: provider,
    },
    {
      to: 'Location.Department',
      from: "participant.where(actor.type='Location').actor.display",
      as: text,
    },
    { to: 'Location', from: 'participant.actor.resolve()', as: place },
    { to: 'AdditionalStaff[]', from: inRole('SPRF'), as: as(STAFF) },
    { to: 'Equipment[]', from: 'participant.actor.resolve()', as: equipment },
    { to: 'Patient', from: 'participant.actor.resolve()', as: patient },
  ],
}
