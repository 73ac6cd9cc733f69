import * as z from 'zod/mini'
import type { SaidIdentifier } from '#core/data-model/find-patient.ts'
import { BrokerError } from '#core/errors.ts'
import { identifiers, messageMeta, part, patientByIdentifiers, said, text } from './shapes.ts'

/** Whom a query is about; the session's patient, where it names nobody. */
export const patients = z.nullish(z.array(patientByIdentifiers))

export const texts = z.nullish(z.array(z.string()))

/** What the queries of documents have in common. */
export const documentQuery = z.object({
  Meta: messageMeta,
  Patients: patients,
  VisitNumbers: texts,
  DocumentTypes: texts,
  DocumentIDs: texts,
})

export type DocumentQuery = z.infer<typeof documentQuery>

/** Codes of procedures that a query is about. */
export const saidProcedures = z.nullish(z.array(z.object({ Code: said, Codeset: said })))

/** Whose an item is, and of which visit. */
export const itemFields = {
  Patient: part({ Identifiers: identifiers }),
  Visit: part({ VisitNumber: text }),
}

/**
 * The identifiers of the one patient of a query.
 *
 * @throws BrokerError `data_model_message_invalid` where it names several
 */
export function onePatient(said: z.infer<typeof patients>): readonly SaidIdentifier[] {
  const [first, ...others] = said ?? []
  if (others.length > 0) {
    throw new BrokerError('data_model_message_invalid', {
      hint: 'Patients may have one item: ask for each patient by a message of its own.',
    })
  }
  return first?.Identifiers ?? []
}
