import type { UserClaims } from '#core/identity/read-user-claims.ts'
import type { SignOnMapping } from '#core/registry/sign-on-scheme.ts'
import { type AssertedFacts, assertedFacts } from '#core/sign-on/asserted-facts.ts'

/** The standard claims, and those of SMART and of US providers that are named as they are everywhere. */
const USUAL_CLAIMS: SignOnMapping = {
  user: {
    subject: 'sub',
    userId: 'preferred_username',
    name: 'name',
    firstName: 'given_name',
    middleName: 'middle_name',
    lastName: 'family_name',
    email: 'email',
    npi: 'npi',
    phone: 'phone_number',
    timeZone: 'zoneinfo',
    locale: 'locale',
    fhirUser: 'fhirUser',
  },
}

/**
 * Who signed on and what is open, from a checked ID token's claims and those that userinfo added: by
 * the connection's mapping, or by the names that are usual.
 *
 * @throws BrokerError `identity_unknown`
 * @see [OpenID Connect Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)
 */
export function oidcFacts(
  claims: UserClaims,
  mapping: SignOnMapping = USUAL_CLAIMS,
): AssertedFacts {
  return assertedFacts(mapping, (name) => spoken(claims[name]))
}

/** Of several values the first: providers put groups and roles into lists. */
function spoken(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) ? value[0] : value
  if (typeof one === 'number' && Number.isSafeInteger(one)) return String(one)
  return typeof one === 'string' ? one : undefined
}
