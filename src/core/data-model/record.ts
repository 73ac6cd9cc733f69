import { findPatient, type SaidIdentifier } from './find-patient.ts'
import { type Gathered, gather, type Search } from './gather/gather.ts'
import { type References, readReferences } from './gather/references.ts'
import { sectionFailure } from './gather/section-failure.ts'
import { missing, type Warning } from './gather/warning.ts'
import type { Json } from './mapping/json.ts'
import type { ModelContext } from './model.ts'

/** What is searched for an answer, and which elements of it refer to what is read too, by path. */
export interface Wish {
  readonly search: Search
  readonly references?: readonly string[]
}

/** What the EHR has of one patient, as far as it was wished for. */
export interface PatientRecord {
  /** With nothing but its id where it could not be read. */
  readonly patient: Json
  readonly found: Gathered
  /** Leads to what was read, to all that was found, and to the patient. */
  readonly resolve: References['resolve']
  readonly warnings: readonly Warning[]
}

/**
 * Finds the patient whom a message names, or the session's, and gathers what is wished for.
 *
 * @throws BrokerError what `findPatient` throws
 */
export async function readRecord(
  identifiers: readonly SaidIdentifier[],
  wishes: readonly Wish[],
  context: ModelContext,
): Promise<PatientRecord> {
  const { api } = context
  const { id, resource } = await findPatient(identifiers, context)
  const searches = wishes.map(({ search }) => search)
  const [own, found] = await Promise.all([
    resource ? { resource, warnings: [] } : readPatient(id, context),
    gather(searches, id, api),
  ])
  const { resource: patient = { resourceType: 'Patient', id } } = own
  const references = await readReferences(
    [
      { section: 'Patient', resources: [patient], elements: ['generalPractitioner'] },
      ...wishes.map(({ search, references: elements = [] }) => ({
        section: search.section,
        resources: found.of(search),
        elements,
      })),
    ],
    [patient, ...searches.flatMap((search) => found.of(search))],
    api,
  )
  return {
    patient,
    found,
    resolve: references.resolve,
    warnings: [...own.warnings, ...found.warnings, ...references.warnings],
  }
}

async function readPatient(
  id: string,
  { api }: ModelContext,
): Promise<{ readonly resource?: Json; readonly warnings: readonly Warning[] }> {
  try {
    const resource = await api.read('Patient', id)
    return { ...(resource && { resource }), warnings: [] }
  } catch (error) {
    return { warnings: [missing('Patient', 'Patient', sectionFailure(error))] }
  }
}
