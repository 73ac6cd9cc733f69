/**
 * The members of FHIR resources that an identity is read from. Whatever an EHR sends is only as
 * well typed as it is careful, so every member may be absent.
 */
export interface HumanName {
  readonly use?: string
  readonly text?: string
  readonly family?: string
  readonly given?: readonly string[]
  readonly prefix?: readonly string[]
  readonly suffix?: readonly string[]
}

export interface Identifier {
  readonly system?: string
  readonly value?: string
  readonly type?: {
    readonly coding?: readonly { readonly code?: string }[]
    readonly text?: string
  }
}

interface ContactPoint {
  readonly system?: string
  readonly use?: string
  readonly value?: string
}

/** Patient, Practitioner, PractitionerRole, RelatedPerson or Person. */
export interface PersonResource {
  readonly resourceType?: string
  readonly id?: string
  readonly name?: readonly HumanName[]
  readonly identifier?: readonly Identifier[]
  readonly telecom?: readonly ContactPoint[]
  readonly birthDate?: string
  readonly gender?: string
}

/** The name a person goes by: the official one, else the usual one, else the first. */
export function mainName(names: readonly HumanName[] = []): HumanName | undefined {
  return (
    names.find(({ use }) => use === 'official') ??
    names.find(({ use }) => use === 'usual') ??
    names[0]
  )
}

/** A name in one line, as it was given or put together from its parts. */
export function displayName({ text, prefix, given, family, suffix }: HumanName): string {
  return (
    text ??
    [...(prefix ?? []), ...(given ?? []), family, ...(suffix ?? [])].filter(Boolean).join(' ')
  )
}
