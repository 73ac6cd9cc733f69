import type { SignedOnUser } from '#core/sso/hand-over.ts'
import {
  type Communication,
  displayName,
  displayOf,
  mainName,
  type PersonResource,
  telecomOf,
} from './fhir-resources.ts'
import type { UserClaims } from './read-user-claims.ts'

const US_NPI = 'http://hl7.org/fhir/sid/us-npi'

/**
 * Who signed on: the authorization server's claims first, as it vouches for them, and the `fhirUser`
 * resource where they are silent.
 *
 * @param roles the PractitionerRoles that the person has
 * @param fallbackSubject stands for the user where the server identifies nobody
 */
export function signedOnUser(
  claims: UserClaims,
  fhirUser: string | undefined,
  resource: PersonResource | undefined,
  fallbackSubject: string,
  roles: readonly PersonResource[] = [],
): SignedOnUser {
  const claim = (name: string) => {
    const value = claims[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const name = mainName(resource?.name)

  return defined({
    subject: claim('sub') ?? fallbackSubject,
    userId: claim('preferred_username') ?? resource?.id,
    name: claim('name') ?? (name && displayName(name)),
    firstName: claim('given_name') ?? name?.given?.[0],
    middleName: claim('middle_name') ?? name?.given?.[1],
    lastName: claim('family_name') ?? name?.family,
    email: claim('email') ?? reachedBy(resource, 'email'),
    npi: claim('npi') ?? resource?.identifier?.find(({ system }) => system === US_NPI)?.value,
    specialty: specialtyOf(roles),
    phone: claim('phone_number') ?? reachedBy(resource, 'phone'),
    timeZone: claim('zoneinfo'),
    locale: claim('locale') ?? languageOf(resource),
    fhirUser,
  })
}

function reachedBy(resource: PersonResource | undefined, system: 'phone' | 'email') {
  const anyUse = resource?.telecom?.map(({ use }) => use) ?? []
  return resource && telecomOf(resource, system, 'work', ...anyUse)
}

/** Of the roles that the person still has. */
function specialtyOf(roles: readonly PersonResource[]): string | undefined {
  return roles
    .filter(({ active }) => active !== false)
    .flatMap(({ specialty = [] }) => specialty.map(displayOf))
    .find(Boolean)
}

/** The preferred language, else the first, as a tag of BCP 47, which is what FHIR codes languages by. */
function languageOf({ communication = [] }: PersonResource = {}): string | undefined {
  const preferred = communication.find((one) => 'preferred' in one && one.preferred)
  return [preferred, ...communication].map((one) => one && tagOf(one)).find(Boolean)
}

function tagOf(one: Communication): string | undefined {
  const { coding = [] } = 'language' in one ? (one.language ?? {}) : (one as { coding?: [] })
  return coding.find(({ code }) => code)?.code
}

/** Drops the members that are `undefined`, or were meant to be. */
function defined(user: { readonly [Key in keyof SignedOnUser]: SignedOnUser[Key] | undefined }) {
  const entries = Object.entries(user).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries) as unknown as SignedOnUser
}
