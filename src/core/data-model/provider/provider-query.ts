import { isAsSaid } from '#core/data-model/choose-items.ts'
import { someAtOnce } from '#core/data-model/gather/gather.ts'
import { allPages } from '#core/data-model/gather/pages.ts'
import { readReferences } from '#core/data-model/gather/references.ts'
import { missing, type Warning } from '#core/data-model/gather/warning.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import { applyTable } from '#core/data-model/mapping/table.ts'
import { defineModel, type ModelContext } from '#core/data-model/model.ts'
import { BrokerError } from '#core/errors.ts'
import { type ProviderMessage, providerAnswer, providerMessage } from './provider-message.ts'
import { PRACTITIONER, ROLE } from './provider-tables.ts'

/** More are not told: who finds so many has not said whom. */
const MOST_PROVIDERS = 20
const MOST_PAGES = 20
const MOST_ROLES = 100

/** `Provider` / `ProviderQuery`: practitioners by identifier or name, with what they do where. */
export const providerQuery = defineModel<ProviderMessage>({
  dataModel: 'Provider',
  eventType: 'ProviderQuery',
  message: providerMessage,
  answerSchema: providerAnswer,
  parts: [
    {
      to: 'Providers[]',
      type: 'Practitioner',
      table: PRACTITIONER,
      note: '`Identifiers` and `IsActive`, which the published schema requires, are left out where the EHR does not say them.',
    },
    { to: 'Providers[].Roles[]', type: 'PractitionerRole', table: ROLE },
  ],
  cannot: { 'Providers[].Roles[].Services': 'FHIR has them as resources of their own.' },

  async answer({ Provider }, { api }) {
    const parameters = parametersOf(Provider)
    if (parameters.size === 0) {
      throw new BrokerError('data_model_message_invalid', {
        hint: 'Provider needs an identifier, or a first or last name.',
      })
    }
    const { found, unfound, ...providers } = await findProviders(Provider, parameters, api)
    const { roles, warnings, ...rest } = await rolesOf(found, api)
    const references = await readReferences(
      [
        {
          section: 'Roles',
          resources: [...roles.values()].flat(),
          elements: ['organization', 'location'],
        },
      ],
      [],
      api,
    )
    const Providers = found.map((one) => {
      const told = (roles.get(one) ?? [])
        .map((role) => applyTable(ROLE, role, references.resolve(role)))
        .filter((role) => role !== undefined)
      return {
        ...applyTable(PRACTITIONER, one, references.resolve(one)),
        ...(told.length > 0 && { Roles: told }),
      }
    })
    return {
      body: { Providers },
      warnings: [...unfound, ...warnings, ...references.warnings],
      isIncomplete: providers.isIncomplete || rest.isIncomplete,
    }
  },
})

type Said = ProviderMessage['Provider']

function parametersOf({ Identifiers, Demographics }: Said): URLSearchParams {
  const asked = new URLSearchParams()
  for (const { ID } of Identifiers ?? []) if (ID) asked.append('identifier', ID)
  if (Demographics?.FirstName) asked.append('given', Demographics.FirstName)
  if (Demographics?.LastName) asked.append('family', Demographics.LastName)
  return asked
}

/** Whom the EHR has of those meant. */
async function findProviders(said: Said, parameters: URLSearchParams, api: ModelContext['api']) {
  const { resources, failure } = await allPages('Practitioner', parameters, api, {
    keep: (one) => isMeant(one, said),
    most: MOST_PROVIDERS,
    mostPages: MOST_PAGES,
  })
  const isLimit = failure === 'limit'
  return {
    found: resources,
    unfound: failure && !isLimit ? [missing('Providers', 'Practitioner', failure)] : [],
    isIncomplete: isLimit || (failure !== undefined && resources.length > 0),
  }
}

/** By what is told of a practitioner: an EHR may find more, or ignore a parameter. */
function isMeant(practitioner: Json, { Identifiers, Demographics }: Said): boolean {
  const told = applyTable(PRACTITIONER, practitioner, () => undefined) ?? {}
  const { Address, ...names } = Demographics ?? {}
  const demographics: Json = isObject(told['Demographics']) ? told['Demographics'] : {}
  const hasAddress =
    !Address || listOf(demographics['Addresses']).some((one) => isAsSaid(one, Address))
  const hasAll = (Identifiers ?? []).every((one) =>
    listOf(told['Identifiers']).some((own) => isAsSaid(own, one)),
  )
  return hasAll && hasAddress && isAsSaid(demographics, names)
}

async function rolesOf(practitioners: readonly Json[], api: ModelContext['api']) {
  const roles = new Map<Json, readonly Json[]>()
  const warnings = new Map<string, Warning>()
  let isIncomplete = false
  await someAtOnce(practitioners, async (one) => {
    const self = `Practitioner/${wordOf(one['id'])}`
    const asked = new URLSearchParams({ practitioner: wordOf(one['id']) })
    const { resources, failure } = await allPages('PractitionerRole', asked, api, {
      keep: ({ practitioner }) => {
        const { reference } = isObject(practitioner) ? practitioner : {}
        return typeof reference === 'string' && api.localReference(reference) === self
      },
      most: MOST_ROLES,
      mostPages: MOST_PAGES,
    })
    roles.set(one, resources)
    if (failure === 'limit') isIncomplete = true
    else if (failure) warnings.set(failure.code, missing('Roles', 'PractitionerRole', failure))
  })
  return { roles, warnings: [...warnings.values()], isIncomplete }
}
