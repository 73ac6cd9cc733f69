import type { IDToken } from 'oauth4webapi'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { PatientInContext, SignedOnUser } from '#core/sso/hand-over.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { PersonResource } from './fhir-resources.ts'
import { fhirUserOf, fhirUserPath } from './fhir-user.ts'
import { patientInContext } from './patient-in-context.ts'
import type { ReadFhir } from './read-fhir.ts'
import type { UserClaims } from './read-user-claims.ts'
import { resolvePatient } from './resolve-patient.ts'
import { signedOnUser } from './signed-on-user.ts'

export interface Identity {
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
}

/** Who launched, as far as the answers so far say: no FHIR has been read but to find the patient. */
export interface WhoLaunched {
  readonly claims: UserClaims
  readonly fhirUser?: string
  readonly patient?: string
}

/**
 * Who signed on and which patient is in context, by what the authorization server says: ID token, then
 * userinfo, then the token response's own `fhirUser`.
 */
export async function whoLaunched(
  connection: Connection,
  grant: TokenGrant,
  idToken: IDToken | undefined,
  userClaims: UserClaims,
  read: ReadFhir,
): Promise<WhoLaunched> {
  const { fhirBaseUrl } = connection
  const claims = { ...(grant.fhirUser && { fhirUser: grant.fhirUser }), ...userClaims, ...idToken }
  const fhirUser = fhirUserOf(claims, fhirBaseUrl)
  const patient = await resolvePatient(
    grant,
    fhirUser,
    { profile: profileOf(connection), fhirBaseUrl },
    async () => patientIds(await read('Patient?_count=2')),
  )
  return {
    claims,
    ...(fhirUser !== undefined && { fhirUser }),
    ...(patient !== undefined && { patient }),
  }
}

/** Reads the rest over FHIR, where the token permits it: names, identifiers, ways to reach somebody. */
export async function readIdentity(
  { fhirBaseUrl }: Connection,
  { claims, fhirUser, patient }: WhoLaunched,
  read: ReadFhir,
  fallbackSubject: string,
): Promise<Identity> {
  const user = fhirUserPath(fhirUser, fhirBaseUrl)
  const [userResource, patientResource] = (await Promise.all([
    user && read(`${user.type}/${user.id}`),
    patient === undefined ? undefined : read(`Patient/${encodeURIComponent(patient)}`),
  ])) as readonly (PersonResource | undefined)[]
  return {
    user: signedOnUser(claims, fhirUser, userResource, fallbackSubject),
    ...(patient !== undefined && { patient: patientInContext(patient, patientResource) }),
  }
}

function patientIds(bundle: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const entries = Array.isArray(bundle?.['entry']) ? bundle['entry'] : []
  return entries.flatMap((entry: { readonly resource?: PersonResource }) =>
    entry?.resource?.resourceType === 'Patient' && entry.resource.id ? [entry.resource.id] : [],
  )
}
