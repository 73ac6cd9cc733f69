import * as z from 'zod/mini'
import { messageMeta, patientByIdentifiers, said } from '#core/data-model/schema/shapes.ts'

/** `Clinical Summary` / `PatientQuery`. */
export const patientQueryMessage = z.object({
  Meta: messageMeta,
  Patient: patientByIdentifiers,
  Location: z.nullish(z.object({ Department: said })),
})

/** `Clinical Summary` / `VisitQuery`. */
export const visitQueryMessage = z.object({
  Meta: messageMeta,
  Patient: patientByIdentifiers,
  Visit: z.nullish(z.object({ VisitNumber: said, StartDateTime: said, EndDateTime: said })),
})
