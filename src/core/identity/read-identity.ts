import type { IDToken } from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { PatientInContext, SignedOnUser } from '#core/sso/hand-over.ts'
import type { PersonResource } from './fhir-resources.ts'
import { patientInContext } from './patient-in-context.ts'
import { signedOnUser } from './signed-on-user.ts'

/** FHIR's share of the 29 seconds that a redirect has; both reads run at once within it. */
const IDENTITY_TIMEOUT_MS = 3_000
const MAX_RESOURCE_BYTES = 256 * 1024

/** The types that a `fhirUser` may be of (SM-70). */
const USER_TYPES = ['Patient', 'Practitioner', 'PractitionerRole', 'RelatedPerson', 'Person']

export interface Identity {
  readonly user: SignedOnUser
  readonly patient?: PatientInContext
}

/**
 * Reads who signed on and about whom, over FHIR with the launch's own token. A read that fails or
 * takes too long never fails the launch: the message then says less.
 */
export async function readIdentity(
  connection: Connection,
  grant: TokenGrant,
  idToken: IDToken | undefined,
  {
    egress,
    log,
    launchId,
  }: { readonly egress: Egress; readonly log: EventLog; readonly launchId: string },
): Promise<Identity> {
  const read = async (path: string | undefined): Promise<PersonResource | undefined> => {
    if (!path) return undefined
    try {
      return await readResource(connection, path, grant, egress)
    } catch (error) {
      log.warn('identity_read_failed', {
        launchId,
        connection: connection.id,
        reason: error instanceof BrokerError ? error.code : 'not_fhir',
      })
      return undefined
    }
  }

  const { patient } = grant
  const [userResource, patientResource] = await Promise.all([
    read(fhirUserPath(idToken, connection.fhirBaseUrl)),
    read(patient && `Patient/${encodeURIComponent(patient)}`),
  ])
  return {
    user: signedOnUser(idToken, userResource, `launch:${launchId}`),
    ...(patient && { patient: patientInContext(patient, patientResource) }),
  }
}

/**
 * The path of `fhirUser` below the FHIR base; `undefined` for a resource on another server, which
 * is passed on to the app but never fetched with the token (SM-70, SM-87).
 */
export function fhirUserPath(
  idToken: IDToken | undefined,
  fhirBaseUrl: string,
): string | undefined {
  const fhirUser = idToken?.['fhirUser'] ?? idToken?.['profile']
  if (typeof fhirUser !== 'string') return undefined
  const base = `${fhirBaseUrl.replace(/\/$/, '')}/`
  const path = fhirUser.startsWith(base) ? fhirUser.slice(base.length) : fhirUser
  const [type = '', id, ...rest] = path.split('/')
  return USER_TYPES.includes(type) &&
    id &&
    rest.length === 0 &&
    /^(?!\.+$)[A-Za-z0-9.-]{1,64}$/.test(id)
    ? `${type}/${id}`
    : undefined
}

async function readResource(
  { fhirBaseUrl }: Connection,
  path: string,
  { accessToken }: TokenGrant,
  egress: Egress,
): Promise<PersonResource | undefined> {
  const response = await egress(
    `${fhirBaseUrl.replace(/\/$/, '')}/${path}`,
    {
      headers: {
        accept: 'application/fhir+json',
        authorization: `Bearer ${accessToken.reveal()}`,
      },
    },
    {
      timeoutMs: IDENTITY_TIMEOUT_MS,
      maxBytes: MAX_RESOURCE_BYTES,
      hosts: [new URL(fhirBaseUrl).host],
    },
  )
  if (response.status !== 200) {
    throw new BrokerError('upstream_unavailable', { detail: { status: response.status } })
  }
  return (await response.json()) as PersonResource
}
