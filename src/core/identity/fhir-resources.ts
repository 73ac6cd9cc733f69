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

interface Address {
  readonly use?: string
  readonly line?: readonly string[]
  readonly city?: string
  readonly district?: string
  readonly state?: string
  readonly postalCode?: string
  readonly country?: string
}

interface CodeableConcept {
  readonly text?: string
  readonly coding?: readonly { readonly code?: string; readonly display?: string }[]
}

interface Reference {
  readonly reference?: string
  readonly display?: string
}

/** A language of a Practitioner's, or of a Patient's with whether it is the preferred one. */
export type Communication =
  | CodeableConcept
  | { readonly language?: CodeableConcept; readonly preferred?: boolean }

/** Patient, Practitioner, PractitionerRole, RelatedPerson or Person. */
export interface PersonResource {
  readonly resourceType?: string
  readonly id?: string
  readonly name?: readonly HumanName[]
  readonly identifier?: readonly Identifier[]
  readonly telecom?: readonly ContactPoint[]
  readonly birthDate?: string
  readonly gender?: string
  readonly address?: readonly Address[]
  readonly communication?: readonly Communication[]
  /** Of a PractitionerRole. */
  readonly practitioner?: Reference
  readonly specialty?: readonly CodeableConcept[]
  readonly active?: boolean
}

/** The members of an Encounter that say where it is. */
export interface EncounterResource {
  readonly identifier?: readonly Identifier[]
  readonly serviceProvider?: Reference
  readonly location?: readonly {
    readonly location?: Reference
    readonly status?: string
    readonly physicalType?: CodeableConcept
  }[]
}

/** What people read of a code. */
export function displayOf({ text, coding = [] }: CodeableConcept): string | undefined {
  return text ?? coding.find(({ display }) => display)?.display
}

/** The value of a way to reach somebody: for this use, or of the first without one. */
export function telecomOf(
  { telecom = [] }: PersonResource,
  system: 'phone' | 'email',
  ...uses: readonly (string | undefined)[]
): string | undefined {
  const points = telecom.filter((point) => point.system === system && point.value)
  return uses.map((use) => points.find((point) => point.use === use)?.value).find(Boolean)
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
