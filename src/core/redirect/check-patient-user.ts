import { BrokerError } from '#core/errors.ts'
import type { WhoLaunched } from '#core/identity/read-identity.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { TakenLaunch } from './take-launch.ts'

/** Whom a portal signs on: patients, and those who act for them. */
const PORTAL_USERS = ['Patient', 'RelatedPerson', 'Person']

/**
 * Refuses whoever is known not to be a patient or to care for one, where people sign on as such
 * (`smart-patient`). A portal that names no `fhirUser` has to name the patient.
 *
 * @throws BrokerError `user_not_patient`
 */
export function checkPatientUser(
  { fhirUser, patient }: Pick<WhoLaunched, 'fhirUser' | 'patient'>,
  { signOn }: Pick<Connection, 'signOn'>,
  { launchId, connection }: Pick<TakenLaunch, 'launchId' | 'connection'>,
): void {
  if (signOn?.scheme !== 'smart-patient') return
  const type = fhirUser?.split('/').at(-2)
  const isPortalUser = type === undefined ? patient !== undefined : PORTAL_USERS.includes(type)
  if (isPortalUser) return
  throw new BrokerError('user_not_patient', {
    detail: { launchId, connection, reason: type === undefined ? 'nobody_named' : 'other_user' },
  })
}
