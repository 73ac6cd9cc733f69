import * as z from 'zod/mini'
import { messageMeta, patientByIdentifiers, said } from '#core/data-model/schema/shapes.ts'

/** `Clinical Summary` / `PatientQuery`. */
export const patientQueryMessage = z.object({
  Meta: messageMeta,
  Patient: patientByIdentifiers,
  Location: z.nullish(z.object({ Department: said })),
})
