import { allPages } from '#core/data-model/gather/pages.ts'
import { readReferences } from '#core/data-model/gather/references.ts'
import { sectionFailure } from '#core/data-model/gather/section-failure.ts'
import { missing, type Warning } from '#core/data-model/gather/warning.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { PATIENT } from '#core/data-model/mapping/patient.ts'
import { applyTable, below } from '#core/data-model/mapping/table.ts'
import { defineModel, type ModelContext } from '#core/data-model/model.ts'
import { BrokerError } from '#core/errors.ts'
import { isMatch } from './match-patient.ts'
import {
  type PatientSearchMessage,
  patientSearchAnswer,
  patientSearchMessage,
} from './patient-search-message.ts'
import { notSearchedBy, searchParameters } from './search-parameters.ts'

/** More are not told: who finds so many has not said whom. */
const MOST_MATCHES = 50
const MOST_PAGES = 20

const CANNOT = {
  Guarantor: 'A search for patients reads no accounts.',
  Insurances: 'They are in Clinical Summary.',
  Notes: 'FHIR has no notes on a patient’s record as such.',
  'Contacts[].Roles': 'FHIR tells no role of a contact from the relation.',
  'PCP.Location': 'A practitioner in FHIR has no place; roles do, several each.',
}

/** `PatientSearch` / `Query`: one match is the patient, several are potential matches. */
export const patientSearch = defineModel<PatientSearchMessage>({
  dataModel: 'PatientSearch',
  eventType: 'Query',
  message: patientSearchMessage,
  answerSchema: patientSearchAnswer,
  parts: [
    { to: 'Patient', type: 'Patient', table: PATIENT },
    { to: 'PotentialMatches[]', type: 'Patient', table: PATIENT },
  ],
  cannot: { ...below('Patient', CANNOT), ...below('PotentialMatches[]', CANNOT) },

  async answer({ Patient }, context) {
    const person = Patient ?? {}
    const parameters = searchParameters(person)
    if (parameters.size === 0) throw new BrokerError('patient_identifiers_invalid')

    const warnings: Warning[] = [...notSearchedBy(person)]
    const { matches, isIncomplete } = await findMatches(person, parameters, context, warnings)
    const references = await readReferences(
      [{ section: 'PCP', resources: matches, elements: ['generalPractitioner'] }],
      [],
      context.api,
    )
    const told = matches.map((one) => applyTable(PATIENT, one, references.resolve(one)) ?? {})
    const [only = {}] = told
    return {
      body: told.length > 1 ? { Patient: {}, PotentialMatches: told } : { Patient: only },
      warnings: [...warnings, ...references.warnings],
      isIncomplete,
    }
  },
})

async function findMatches(
  person: NonNullable<PatientSearchMessage['Patient']>,
  parameters: URLSearchParams,
  { api, session, connection }: ModelContext,
  warnings: Warning[],
): Promise<{ matches: readonly Json[]; isIncomplete: boolean }> {
  // The guard lets nothing pass about another patient, so nobody else is searched for.
  if (connection.fhirPolicy?.patientGuard && session.patient !== undefined) {
    try {
      const own = await api.read('Patient', session.patient)
      return { matches: own && isMatch(own, person) ? [own] : [], isIncomplete: false }
    } catch (error) {
      warnings.push(missing('Patient', 'Patient', sectionFailure(error)))
      return { matches: [], isIncomplete: false }
    }
  }
  const { resources, failure } = await allPages('Patient', parameters, api, {
    keep: (one) => isMatch(one, person),
    most: MOST_MATCHES,
    mostPages: MOST_PAGES,
  })
  if (failure !== undefined && failure !== 'limit') {
    warnings.push(missing('Patient', 'Patient', failure))
  }
  const isIncomplete = failure === 'limit' || (failure !== undefined && resources.length > 0)
  return { matches: resources, isIncomplete }
}
