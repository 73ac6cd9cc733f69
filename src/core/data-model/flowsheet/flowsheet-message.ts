import * as z from 'zod/mini'
import {
  messageMeta,
  patientByIdentifiers,
  said,
  saidProvider,
} from '#core/data-model/schema/shapes.ts'

/** Of one message: each is looked for, and written, for itself. */
const MOST_OBSERVATIONS = 50

const filled = z.string().check(z.minLength(1))

const observation = z.object({
  DateTime: filled,
  Value: filled,
  ValueType: z.enum(['Numeric', 'String', 'DateTime', 'Time', 'Coded Entry']),
  Units: said,
  Code: filled,
  Codeset: said,
  Description: said,
  Status: z.nullish(z.enum(['Final', 'Preliminary', 'Corrected'])),
  Notes: z.nullish(z.array(z.string())),
  Observer: z.nullish(saidProvider),
  ReferenceRange: z.nullish(
    z.object({ Low: z.nullish(z.number()), High: z.nullish(z.number()), Text: said }),
  ),
  AbnormalFlag: said,
})

export type SaidObservation = z.infer<typeof observation>

/** `Flowsheet` / `New`. */
export const flowsheetMessage = z.object({
  Meta: messageMeta,
  Patient: patientByIdentifiers,
  Visit: z.nullish(z.object({ VisitNumber: said })),
  Observations: z.array(observation).check(z.minLength(1), z.maxLength(MOST_OBSERVATIONS)),
})

export type FlowsheetMessage = z.infer<typeof flowsheetMessage>
