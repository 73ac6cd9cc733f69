import type { IDToken } from 'oauth4webapi'
import { covers } from '#core/oauth/scope-meaning.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { PatientInContext, SignedOnUser, VisitInContext } from '#core/sso/hand-over.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { EncounterResource, PersonResource } from './fhir-resources.ts'
import { fhirUserOf, fhirUserPath } from './fhir-user.ts'
import { patientInContext } from './patient-in-context.ts'
import type { ReadFhir } from './read-fhir.ts'
import type { UserClaims } from './read-user-claims.ts'
import { resolvePatient } from './resolve-patient.ts'
import { signedOnUser } from './signed-on-user.ts'
import { visitInContext } from './visit-in-context.ts'

export interface Identity {
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
  /** The visit that is open. */
  readonly visit?: VisitInContext
  /** Id of the order that is open. */
  readonly order?: string
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

/**
 * Reads the rest over FHIR, where the token permits it: names, identifiers, ways to reach somebody, what
 * a clinician's specialty is, and where the visit is that is open. All at once: there is little time.
 */
export async function readIdentity(
  { fhirBaseUrl }: Connection,
  { scopes, encounter, context }: Pick<TokenGrant, 'scopes' | 'encounter' | 'context'>,
  { claims, fhirUser, patient }: WhoLaunched,
  read: ReadFhir,
  fallbackSubject: string,
): Promise<Identity> {
  const readsEncounters =
    covers(scopes, 'patient/Encounter.r') || covers(scopes, 'user/Encounter.r')
  const path = fhirUserPath(fhirUser, fhirBaseUrl)
  // A role is in no patient's compartment, so only the person's own access may have it.
  const findsRoles = covers(scopes, 'user/PractitionerRole.s')
  const [{ resource, roles }, patientResource, visit] = await Promise.all([
    readUser(path, fhirBaseUrl, findsRoles, read),
    patient === undefined
      ? undefined
      : (read(`Patient/${encodeURIComponent(patient)}`) as Promise<PersonResource | undefined>),
    encounter !== undefined && readsEncounters
      ? (read(`Encounter/${encodeURIComponent(encounter)}`) as Promise<
          EncounterResource | undefined
        >)
      : undefined,
  ])
  const order = orderIn(context)
  return {
    user: signedOnUser(claims, fhirUser, resource, fallbackSubject, roles),
    ...(patient !== undefined && { patient: patientInContext(patient, patientResource) }),
    ...(visit && { visit: visitInContext(visit) }),
    ...(order !== undefined && { order }),
  }
}

interface UserResources {
  readonly resource?: PersonResource
  readonly roles?: readonly PersonResource[]
}

/** The person's resource, and their roles: a clinician may launch as either. */
async function readUser(
  path: ReturnType<typeof fhirUserPath>,
  fhirBaseUrl: string,
  findsRoles: boolean,
  read: ReadFhir,
): Promise<UserResources> {
  if (!path) return {}
  const own = read(`${path.type}/${path.id}`) as Promise<PersonResource | undefined>
  if (path.type === 'PractitionerRole') {
    const role = await own
    const whose = fhirUserOf({ fhirUser: role?.practitioner?.reference }, fhirBaseUrl)
    const person = fhirUserPath(whose, fhirBaseUrl)
    const resource = person && (await read(`${person.type}/${person.id}`))
    return { ...(resource && { resource }), ...(role && { roles: [role] }) }
  }
  const [resource, found] = await Promise.all([
    own,
    path.type === 'Practitioner' && findsRoles
      ? read(`PractitionerRole?practitioner=Practitioner/${path.id}&_count=20`)
      : undefined,
  ])
  return { ...(resource && { resource }), roles: resourcesOf(found, 'PractitionerRole') }
}

/** The order that is open: the ServiceRequest that the launch names. */
function orderIn({ fhirContext }: Readonly<Record<string, unknown>>): string | undefined {
  if (!Array.isArray(fhirContext)) return undefined
  const references = fhirContext.map((one: { readonly reference?: unknown }) => one?.reference)
  return references
    .map((reference) => /(?:^|\/)ServiceRequest\/([A-Za-z0-9.-]{1,64})$/.exec(`${reference}`)?.[1])
    .find(Boolean)
}

function patientIds(bundle: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return resourcesOf(bundle, 'Patient').flatMap(({ id }) => (id ? [id] : []))
}

function resourcesOf(
  bundle: Readonly<Record<string, unknown>> | undefined,
  type: string,
): readonly PersonResource[] {
  const entries = Array.isArray(bundle?.['entry']) ? bundle['entry'] : []
  return entries.flatMap((entry: { readonly resource?: PersonResource }) =>
    entry?.resource?.resourceType === type ? [entry.resource] : [],
  )
}
