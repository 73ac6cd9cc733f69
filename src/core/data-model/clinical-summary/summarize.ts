import { findPatient, type SaidIdentifier } from '#core/data-model/find-patient.ts'
import { type Gathered, gather } from '#core/data-model/gather/gather.ts'
import { readReferences } from '#core/data-model/gather/references.ts'
import { sectionFailure } from '#core/data-model/gather/section-failure.ts'
import { missing, type Warning } from '#core/data-model/gather/warning.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import type { ModelAnswer, ModelContext } from '#core/data-model/model.ts'
import { header } from './header.ts'
import { encounterSearch } from './searches.ts'
import type { Section } from './section.ts'
import { visitsIn, withinVisits } from './visit.ts'

export interface Summarized {
  readonly identifiers: readonly SaidIdentifier[]
  readonly sections: readonly Section[]
  /** Of a summary of visits: which encounters these are. */
  readonly isVisit?: (encounter: Json) => boolean
}

/**
 * Puts a summary of one patient together, from sections that fail each for itself.
 *
 * @throws BrokerError what `findPatient` throws; `visit_not_found`
 */
export async function summarize(
  { identifiers, sections, isVisit }: Summarized,
  context: ModelContext,
): Promise<ModelAnswer> {
  const { api, now, referenceId } = context
  const { id, resource } = await findPatient(identifiers, context)
  const searches = [...new Set(sections.flatMap((section) => section.searches))]
  const [patient, all] = await Promise.all([
    resource ? { resource, warnings: [] } : readPatient(id, context),
    gather(searches, id, api),
  ])
  const warnings = [...patient.warnings, ...all.warnings]
  const isEncounterMissing = warnings.some(({ type }) => type === 'Encounter')
  const encounters = all.of(encounterSearch)
  // Which visits there are is then not known, and so not what is theirs.
  if (isVisit && isEncounterMissing && !encounters.some(isVisit)) {
    return { body: {}, warnings, isIncomplete: true }
  }
  const visits = isVisit ? visitsIn(encounters, isVisit) : []
  const found = isVisit ? withinVisits(all, visits, api) : all

  const references = await readReferences(
    [
      ...(patient.resource
        ? [{ section: 'Header', resources: [patient.resource], elements: ['generalPractitioner'] }]
        : []),
      ...sections.flatMap((section) => referring(section, found)),
    ],
    searches.flatMap((search) => all.of(search)),
    api,
  )
  const { resolve } = references
  const Header = header(
    { id: referenceId, now: now(), visit: visits[0] },
    patient.resource,
    resolve,
  )
  const body: Json = Object.assign(
    { Header },
    ...sections.map((section) => section.build(found, resolve)),
  )
  const left = sections.flatMap((section) => section.leaves?.(found) ?? [])
  return {
    body,
    warnings: [...warnings, ...left, ...references.warnings],
    isIncomplete: all.isIncomplete,
  }
}

function referring({ searches, references = [] }: Section, found: Gathered) {
  return searches.map((search) => ({
    section: search.section,
    resources: found.of(search),
    elements: references,
  }))
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
