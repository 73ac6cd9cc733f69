import { findPatient, type SaidIdentifier } from '#core/data-model/find-patient.ts'
import { gather, type Search } from '#core/data-model/gather/gather.ts'
import type { Warning } from '#core/data-model/gather/warning.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { wordOf } from '#core/data-model/mapping/json.ts'
import { isNumbered } from '#core/data-model/mapping/visits.ts'
import type { ModelContext } from '#core/data-model/model.ts'
import { BrokerError } from '#core/errors.ts'

interface Provider {
  readonly ID?: string | null | undefined
  readonly IDType?: string | null | undefined
  readonly FirstName?: string | null | undefined
  readonly LastName?: string | null | undefined
}

const NPI = 'http://hl7.org/fhir/sid/us-npi'

const encounters: Search = { section: 'Visit', type: 'Encounter' }

/** Whom a write is about, and the visit that it belongs to. */
export interface Subject {
  readonly patient: Json
  readonly encounter?: Json
}

/**
 * Finds the patient and the visit of a write, as references.
 *
 * @throws BrokerError what `findPatient` throws; `visit_not_found`
 */
export async function subjectOf(
  identifiers: readonly SaidIdentifier[],
  visitNumber: string | null | undefined,
  context: ModelContext,
): Promise<Subject> {
  const { id } = await findPatient(identifiers, context)
  const patient = { reference: `Patient/${id}` }
  if (!visitNumber) return { patient }
  const found = await gather([encounters], id, context.api)
  const visits = found.of(encounters).filter((one) => isNumbered(one, visitNumber))
  const [visit, ...others] = visits
  if (!visit || others.length > 0) {
    throw new BrokerError('visit_not_found', {
      hint: found.warnings.map(({ text }) => text).join(' '),
    })
  }
  return { patient, encounter: { reference: `Encounter/${wordOf(visit['id'])}` } }
}

/** A provider as a message names one: nobody is looked up for that. */
export function providerReference({ ID, IDType, FirstName, LastName }: Provider): Json {
  const display = [FirstName, LastName].filter(Boolean).join(' ')
  return {
    type: 'Practitioner',
    ...(ID && {
      identifier:
        IDType === 'NPI'
          ? { system: NPI, value: ID }
          : { ...(IDType && { type: { text: IDType } }), value: ID },
    }),
    ...(display && { display }),
  }
}

/** What a message has and FHIR, or the mapping, has no place for: it is said, and not written. */
export function notWritten(fields: Readonly<Record<string, unknown>>): readonly Warning[] {
  return Object.entries(fields)
    .filter(([, value]) => {
      if (Array.isArray(value)) return value.length > 0
      return value !== undefined && value !== null && value !== ''
    })
    .map(([field]) => ({
      section: field,
      type: '',
      code: 'data_model_message_invalid',
      text: `${field} was not written: it has no place in the resource.`,
    }))
}
