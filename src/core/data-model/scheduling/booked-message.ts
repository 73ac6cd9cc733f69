import * as z from 'zod/mini'
import { demographics } from '#core/data-model/schema/patient-shapes.ts'
import { patients } from '#core/data-model/schema/query-shapes.ts'
import {
  amount,
  answerMeta,
  codesetDescription,
  list,
  messageMeta,
  part,
  place,
  providerFields,
  said,
  saidPlace,
  saidProvider,
  text,
} from '#core/data-model/schema/shapes.ts'

/** `Scheduling` / `Booked`. */
export const bookedMessage = z.object({
  Meta: messageMeta,
  StartDateTime: z.string(),
  EndDateTime: said,
  Visit: z.nullish(
    z.object({
      Reason: said,
      AttendingProviders: z.nullish(z.array(saidProvider)),
      VisitProvider: z.nullish(saidProvider),
      Location: z.nullish(saidPlace),
      Patients: patients,
    }),
  ),
})

export type BookedMessage = z.infer<typeof bookedMessage>

const provider = part(providerFields)

const visit = z.strictObject({
  VisitNumber: z.string(),
  VisitDateTime: z.string(),
  Status: text,
  Duration: amount,
  Reason: text,
  CancelReason: text,
  LastUpdated: text,
  ScheduledDateTime: text,
  Type: text,
  Instructions: list(z.string()),
  AttendingProvider: provider,
  ConsultingProvider: provider,
  ReferringProvider: provider,
  VisitProvider: provider,
  Location: place,
  AdditionalStaff: list(z.strictObject({ ...providerFields, Role: codesetDescription })),
  Equipment: list(z.strictObject({ Code: text, Codeset: text, Description: text })),
  Patient: z.strictObject({
    Identifiers: z.array(z.strictObject({ ID: z.string(), IDType: z.string() })),
    Demographics: demographics,
  }),
})

/** What it is answered; no appointments are an empty list. */
export const bookedAnswer = z.strictObject({ Meta: answerMeta, Visits: z.array(visit) })
