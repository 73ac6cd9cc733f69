import { BrokerError } from '#core/errors.ts'
import { isObject, type Json, listOf } from './mapping/json.ts'
import { fhirIdentifier, identifier } from './mapping/people.ts'
import { applyTable, type Table } from './mapping/table.ts'
import type { ModelContext } from './model.ts'

/** An identifier as messages have it. */
export interface SaidIdentifier {
  readonly ID: string
  readonly IDType: string
}

/** The identifiers of a patient, the one of FHIR first: a message may name any of them. */
export const IDENTIFIERS: Table = {
  source: 'v2-0203',
  rows: [
    { to: 'Identifiers[]', from: 'id', as: fhirIdentifier, source: 'r4/resource' },
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
  ],
}

export function identifiersOf(patient: Json): readonly SaidIdentifier[] {
  const { Identifiers } = applyTable(IDENTIFIERS, patient, () => undefined) ?? {}
  return listOf(Identifiers).filter(isObject) as unknown as readonly SaidIdentifier[]
}

/** A patient whom a message names: the id always, the resource if it had to be read for that. */
export interface FoundPatient {
  readonly id: string
  readonly resource?: Json
}

/**
 * The patient whom a message names. In a session with a patient that is this one or nobody, and each
 * identifier whose type the patient has must be the patient's.
 *
 * @throws BrokerError `patient_mismatch`, `patient_identifiers_invalid`, `patient_not_found`; what the
 * FHIR API throws
 */
export async function findPatient(
  said: readonly SaidIdentifier[],
  { api, session }: Pick<ModelContext, 'api' | 'session'>,
): Promise<FoundPatient> {
  const ids = new Set(said.filter(({ IDType }) => IDType === 'FHIR').map(({ ID }) => ID))
  const others = said.filter(({ IDType }) => IDType !== 'FHIR')
  if (ids.size > 1) throw ambiguous()
  const id = session.patient ?? [...ids][0]
  if (session.patient !== undefined && [...ids].some((one) => one !== session.patient)) {
    throw new BrokerError('patient_mismatch')
  }
  if (id !== undefined && others.length === 0) return { id }
  if (id === undefined) return searchPatient(said, api)

  const resource = await api.read('Patient', id)
  if (!resource) throw new BrokerError('patient_not_found')
  checkIdentifiers(said, identifiersOf(resource))
  return { id, resource }
}

/** Each type that is known must agree, and one of them has to be known. */
function checkIdentifiers(said: readonly SaidIdentifier[], known: readonly SaidIdentifier[]): void {
  const isOfType = (one: SaidIdentifier) => known.filter(({ IDType }) => IDType === one.IDType)
  const judged = said.filter((one) => isOfType(one).length > 0)
  if (judged.length === 0) {
    const types = [...new Set(known.map(({ IDType }) => IDType))].join(', ')
    throw new BrokerError('patient_identifiers_invalid', {
      hint: `Of these identifiers’ types this patient has none. Known are: ${types}.`,
    })
  }
  const isMet = judged.every((one) => isOfType(one).some(({ ID }) => ID === one.ID))
  if (!isMet) throw new BrokerError('patient_mismatch')
}

/** In a session without a patient: whoever has all of the identifiers. */
async function searchPatient(
  said: readonly SaidIdentifier[],
  api: ModelContext['api'],
): Promise<FoundPatient> {
  const [first] = said
  if (!first) throw ambiguous()
  const { resources } = await api.search('Patient', new URLSearchParams({ identifier: first.ID }))
  const found = resources.filter((resource) => {
    const known = identifiersOf(resource)
    return (
      resource['resourceType'] === 'Patient' &&
      said.every((one) => known.some(({ ID, IDType }) => ID === one.ID && IDType === one.IDType))
    )
  })
  if (found.length > 1) throw ambiguous()
  const [resource] = found
  if (!resource || typeof resource['id'] !== 'string') throw new BrokerError('patient_not_found')
  return { id: resource['id'], resource }
}

function ambiguous(): BrokerError {
  return new BrokerError('patient_identifiers_invalid', {
    hint: 'The identifiers name more than one patient.',
  })
}
