import { entryOf } from '#core/entry-of.ts'
import type { PatientIdentifier, PatientInContext } from '#core/sso/hand-over.ts'
import { type Identifier, mainName, type PersonResource, telecomOf } from './fhir-resources.ts'

/** FHIR's administrative gender in Redox's words. */
const SEX: Readonly<Record<string, string>> = {
  male: 'Male',
  female: 'Female',
  other: 'Other',
  unknown: 'Unknown',
}

/**
 * The patient in context: the launch's id always, identifiers and demographics as far as the EHR
 * let them be read.
 */
export function patientInContext(
  id: string,
  resource: PersonResource | undefined,
): PatientInContext {
  const name = mainName(resource?.name)
  const sex = entryOf(SEX, resource?.gender)
  const phone = resource && phonesOf(resource)
  const address = resource && addressOf(resource)

  return {
    identifiers: [
      { id, idType: 'FHIR' },
      ...(resource?.identifier ?? []).flatMap(
        (identifier) => toPatientIdentifier(identifier) ?? [],
      ),
    ],
    ...(name?.given?.[0] && { firstName: name.given[0] }),
    ...(name?.given?.[1] && { middleName: name.given[1] }),
    ...(name?.family && { lastName: name.family }),
    ...(resource?.birthDate && { birthDate: resource.birthDate }),
    ...(sex && { sex }),
    ...(phone && { phone }),
    ...(address && { address }),
  }
}

function phonesOf(resource: PersonResource): PatientInContext['phone'] {
  const home = telecomOf(resource, 'phone', 'home', undefined)
  const office = telecomOf(resource, 'phone', 'work')
  const mobile = telecomOf(resource, 'phone', 'mobile')
  return unlessEmpty({
    ...(home && { home }),
    ...(office && { office }),
    ...(mobile && { mobile }),
  })
}

/** The home's, else the first that is not an old one. */
function addressOf({ address: all = [] }: PersonResource): PatientInContext['address'] {
  const found = all.find(({ use }) => use === 'home') ?? all.find(({ use }) => use !== 'old')
  const { line, city, state, postalCode, district, country } = found ?? {}
  return unlessEmpty({
    ...(line && { street: line.join(', ') }),
    ...(city && { city }),
    ...(state && { state }),
    ...(postalCode && { zip: postalCode }),
    ...(district && { county: district }),
    ...(country && { country }),
  })
}

function unlessEmpty<Known extends object>(known: Known): Known | undefined {
  return Object.keys(known).length > 0 ? known : undefined
}

/** The type is the identifier's own code (`MR`), else its text, else the system it is from. */
function toPatientIdentifier({ value, type, system }: Identifier): PatientIdentifier | undefined {
  const idType = type?.coding?.find(({ code }) => code)?.code ?? type?.text ?? system
  return value && idType ? { id: value, idType } : undefined
}
