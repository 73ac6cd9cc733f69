import { findPatient, type SaidIdentifier } from '#core/data-model/find-patient.ts'
import { gather, sectionFailure } from '#core/data-model/gather/gather.ts'
import { readReferences } from '#core/data-model/gather/references.ts'
import { missing, type Warning } from '#core/data-model/gather/warning.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import type { ModelAnswer, ModelContext } from '#core/data-model/model.ts'
import { header } from './header.ts'
import type { Section } from './section.ts'

export interface Summarized {
  readonly identifiers: readonly SaidIdentifier[]
  readonly sections: readonly Section[]
}

/** Puts a summary of one patient together, from sections that fail each for itself. */
export async function summarize(
  { identifiers, sections }: Summarized,
  context: ModelContext,
): Promise<ModelAnswer> {
  const { api, now, referenceId } = context
  const { id, resource } = await findPatient(identifiers, context)
  const searches = sections.flatMap((section) => section.searches)
  const [patient, found] = await Promise.all([
    resource ? { resource, warnings: [] } : readPatient(id, context),
    gather(searches, id, api),
  ])
  const references = await readReferences(
    [
      {
        section: 'Header',
        resources: patient.resource ? [patient.resource] : [],
        elements: ['generalPractitioner'],
      },
      ...sections.flatMap((section) =>
        section.searches.map((search) => ({
          section: search.section,
          resources: found.of(search),
          elements: section.references ?? [],
        })),
      ),
    ],
    api,
  )
  const { resolve } = references
  const facts = { id: referenceId, now: now() }
  const body: Json = Object.assign(
    { Header: header(facts, patient.resource, resolve(patient.resource ?? {})) },
    ...sections.map((section) => section.build(found, resolve)),
  )
  return {
    body,
    warnings: [...patient.warnings, ...found.warnings, ...references.warnings],
    isIncomplete: found.isIncomplete,
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
    return { warnings: [missing('Header', 'Patient', sectionFailure(error))] }
  }
}
