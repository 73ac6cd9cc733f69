import * as z from 'zod/mini'
import type { FhirApi } from '#core/data-model/gather/fhir-api.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import { defineModel } from '#core/data-model/model.ts'
import { checkInstants } from '#core/data-model/schema/check-times.ts'
import {
  answerMeta,
  messageMeta,
  patientByIdentifiers,
  said,
  saidPlace,
  saidProvider,
} from '#core/data-model/schema/shapes.ts'
import { notWritten, providerReference, subjectOf } from '#core/data-model/writes/resources.ts'
import { writeOnce } from '#core/data-model/writes/write-once.ts'

const filled = z.string().check(z.minLength(1))
const notRead = z.nullish(z.array(z.object({})))
const provider = z.nullish(saidProvider)

/** A week: no appointment takes longer. */
const MOST_MINUTES = 7 * 24 * 60

const message = z.object({
  Meta: messageMeta,
  Patient: z.nullish(patientByIdentifiers),
  AppointmentInfo: notRead,
  Visit: z.object({
    VisitNumber: filled,
    VisitDateTime: filled,
    Duration: z.number().check(z.positive(), z.lte(MOST_MINUTES)),
    Status: said,
    Reason: said,
    Type: said,
    Instructions: z.nullish(z.array(z.string())),
    AttendingProvider: provider,
    ConsultingProvider: provider,
    ReferringProvider: provider,
    VisitProvider: provider,
    Location: z.extend(saidPlace, { Department: filled }),
    AdditionalStaff: notRead,
    Diagnoses: notRead,
    Equipment: notRead,
  }),
})

type Visit = z.infer<typeof message>['Visit']

/** HL7's ParticipationType of each provider. */
const ROLES = {
  AttendingProvider: 'ATND',
  ConsultingProvider: 'CON',
  ReferringProvider: 'REF',
  VisitProvider: 'PPRF',
} as const

const MINUTE_MS = 60_000

/** `Scheduling` / `New`: books an appointment. */
export const schedulingNew = defineModel<z.infer<typeof message>>({
  dataModel: 'Scheduling',
  eventType: 'New',
  message,
  answerSchema: z.strictObject({ Meta: answerMeta }),
  parts: [],
  written: [
    {
      type: 'Appointment',
      source: 'r4/appointment',
      rows: [
        ['Patient', 'participant.actor'],
        ['Visit.VisitNumber', 'identifier.value'],
        ['Visit.VisitDateTime', 'start'],
        ['Visit.Duration', 'minutesDuration, and with the start end'],
        ['Visit.Reason', 'reasonCode.text'],
        ['Visit.Type', 'appointmentType.text'],
        ['Visit.Instructions', 'patientInstruction, a line each'],
        ['Visit.AttendingProvider', 'participant of the type ATND: whom the EHR has by that ID'],
        ['Visit.ConsultingProvider', 'participant of the type CON'],
        ['Visit.ReferringProvider', 'participant of the type REF'],
        ['Visit.VisitProvider', 'participant of the type PPRF'],
        ['Visit.Location.Department', 'participant.actor: the location of that name, or the name'],
      ],
    },
  ],
  cannot: {},

  async answer(said, context) {
    const { Patient, Visit, AppointmentInfo } = said
    checkInstants({ 'Visit.VisitDateTime': Visit.VisitDateTime })
    const { patient } = await subjectOf(Patient?.Identifiers ?? [], undefined, context)
    const start = Date.parse(Visit.VisitDateTime)
    const resource = {
      resourceType: 'Appointment',
      status: 'booked',
      identifier: [{ value: Visit.VisitNumber }],
      ...(Visit.Type && { appointmentType: { text: Visit.Type } }),
      ...(Visit.Reason && { reasonCode: [{ text: Visit.Reason }] }),
      start: Visit.VisitDateTime,
      end: new Date(start + Visit.Duration * MINUTE_MS).toISOString(),
      minutesDuration: Math.max(1, Math.round(Visit.Duration)),
      ...(Visit.Instructions?.length && { patientInstruction: Visit.Instructions.join('\n') }),
      participant: [
        { actor: patient, status: 'accepted' },
        ...(await Promise.all(providersIn(Visit).map((one) => participant(one, context.api)))),
        { actor: await place(Visit.Location.Department, context.api), status: 'accepted' },
      ],
    }
    await writeOnce(said, [{ part: 'Visit', resource }], context)
    return {
      body: {},
      warnings: notWritten({
        'Visit.Status': Visit.Status,
        'Visit.AdditionalStaff': Visit.AdditionalStaff,
        'Visit.Diagnoses': Visit.Diagnoses,
        'Visit.Equipment': Visit.Equipment,
        'Visit.Location.Facility': Visit.Location.Facility,
        'Visit.Location.Room': Visit.Location.Room,
        AppointmentInfo,
      }),
      isIncomplete: false,
    }
  },
})

type Role = keyof typeof ROLES

function providersIn(visit: Visit) {
  return (Object.keys(ROLES) as Role[]).flatMap((role) => {
    const said = visit[role]
    return said?.ID || said?.LastName ? [{ code: ROLES[role], said }] : []
  })
}

/** A provider by the EHR's own record, where it has one with that identifier; else as it was said. */
async function participant(
  { code, said }: ReturnType<typeof providersIn>[number],
  api: FhirApi,
): Promise<Json> {
  const own = said.ID
    ? await only(api, 'Practitioner', { identifier: said.ID }, (one) =>
        listOf(one['identifier']).some((id) => isObject(id) && id['value'] === said.ID),
      )
    : undefined
  return {
    type: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code }],
      },
    ],
    actor: own ?? providerReference(said),
    status: 'accepted',
  }
}

async function place(department: string, api: FhirApi): Promise<Json> {
  const own = await only(api, 'Location', { name: department }, (one) => one['name'] === department)
  return { ...own, type: 'Location', display: department }
}

/** The one resource that is meant; none where there are several. */
async function only(
  api: FhirApi,
  type: string,
  parameters: Readonly<Record<string, string>>,
  isMeant: (resource: Json) => boolean,
): Promise<Json | undefined> {
  const { resources } = await api.search(type, new URLSearchParams(parameters))
  const found = resources.filter((one) => one['resourceType'] === type && isMeant(one))
  return found.length === 1 ? { reference: `${type}/${wordOf(found[0]?.['id'])}` } : undefined
}
