import type { SignedOnUser } from '#core/sso/hand-over.ts'
import { displayName, mainName, type PersonResource } from './fhir-resources.ts'
import type { UserClaims } from './read-user-claims.ts'

const US_NPI = 'http://hl7.org/fhir/sid/us-npi'

/**
 * Who signed on: the authorization server's claims first, as it vouches for them, and the `fhirUser`
 * resource where they are silent.
 *
 * @param fallbackSubject stands for the user where the server identifies nobody
 */
export function signedOnUser(
  claims: UserClaims,
  fhirUser: string | undefined,
  resource: PersonResource | undefined,
  fallbackSubject: string,
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
    email: claim('email') ?? telecom(resource, 'email'),
    npi: claim('npi') ?? resource?.identifier?.find(({ system }) => system === US_NPI)?.value,
    phone: claim('phone_number') ?? telecom(resource, 'phone'),
    timeZone: claim('zoneinfo'),
    locale: claim('locale'),
    fhirUser,
  })
}

function telecom(resource: PersonResource | undefined, system: string): string | undefined {
  const points = (resource?.telecom ?? []).filter((point) => point.system === system)
  return (points.find(({ use }) => use === 'work') ?? points[0])?.value
}

/** Drops the members that are `undefined`, or were meant to be. */
function defined(user: { readonly [Key in keyof SignedOnUser]: SignedOnUser[Key] | undefined }) {
  const entries = Object.entries(user).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(entries) as unknown as SignedOnUser
}
