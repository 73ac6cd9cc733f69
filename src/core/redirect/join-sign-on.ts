import { BrokerError } from '#core/errors.ts'
import type { Identity, WhoLaunched } from '#core/identity/read-identity.ts'
import type { HandOver, PatientInContext } from '#core/sso/hand-over.ts'
import type { TakenLaunch } from './take-launch.ts'

type Joined = Pick<HandOver, 'user' | 'patient' | 'encounter' | 'visit' | 'order'>

/**
 * Refuses a grant that is about somebody else than the sign-on that it was asked for: another person at
 * the EHR, or another patient. What only one of the two says cannot be compared.
 *
 * @throws BrokerError `sign_on_mismatch`
 * @see [OAuth security topics update](https://datatracker.ietf.org/doc/draft-ietf-oauth-security-topics-update/), cross-user session fixation
 */
export function checkSameSignOn(
  { fhirUser, patient }: Pick<WhoLaunched, 'fhirUser' | 'patient'>,
  { signedOn, launchId, connection }: Pick<TakenLaunch, 'signedOn' | 'launchId' | 'connection'>,
): void {
  if (!signedOn) return
  const isOther = (said: string | undefined, granted: string | undefined) =>
    said !== undefined && granted !== undefined && said !== granted
  const wrong = [
    ...(isOther(tail(signedOn.user.fhirUser), tail(fhirUser)) ? ['fhirUser'] : []),
    ...(isOther(signedOn.patientId, patient) ? ['patient'] : []),
  ]
  if (wrong.length === 0) return
  throw new BrokerError('sign_on_mismatch', { detail: { launchId, connection, parameters: wrong } })
}

/** What the app is told after both: the sign-on first, and what FHIR knows where it is silent. */
export function joinSignOn(
  { user, patient, visit, order }: Identity,
  { signedOn }: Pick<TakenLaunch, 'signedOn'>,
  encounter: string | undefined,
): Joined {
  const opensOrder = signedOn?.order ?? order
  const opened = encounter ?? signedOn?.encounter
  const joined = signedOn?.patient && patient ? withBoth(signedOn.patient, patient) : patient
  const known = joined ?? signedOn?.patient
  return {
    user: { ...user, ...signedOn?.user },
    ...(known && { patient: known }),
    ...(opened !== undefined && opened !== '' && { encounter: opened }),
    ...((visit || signedOn?.visit) && { visit: { ...visit, ...signedOn?.visit } }),
    ...(opensOrder !== undefined && { order: opensOrder }),
  }
}

/** The demographics are the EHR's own; of identifiers each once. */
function withBoth(said: PatientInContext, read: PatientInContext): PatientInContext {
  const all = [...read.identifiers, ...said.identifiers]
  const unique = new Map(all.map((one) => [`${one.idType} ${one.id}`, one]))
  return { ...said, ...read, identifiers: [...unique.values()] }
}

/** `Practitioner/1`, of whatever base it is written on. */
function tail(reference: string | undefined): string | undefined {
  return reference?.split('/').slice(-2).join('/')
}
