import * as z from 'zod/mini'
import { patientFields, saidPerson } from '#core/data-model/schema/patient-shapes.ts'
import { answerMeta, list, messageMeta } from '#core/data-model/schema/shapes.ts'

/** `PatientSearch` / `Query`. */
export const patientSearchMessage = z.object({
  Meta: messageMeta,
  Patient: z.nullish(saidPerson),
})

export type PatientSearchMessage = z.infer<typeof patientSearchMessage>

const patient = z.strictObject(patientFields)

/** What `PatientSearch` / `Query` is answered. `Patient` is there with nothing in it where none is. */
export const patientSearchAnswer = z.strictObject({
  Meta: answerMeta,
  Patient: z.optional(patient),
  PotentialMatches: list(patient),
})
