import { BrokerError } from '#core/errors.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { TakenLaunch } from './take-launch.ts'

/**
 * A granted `patient/` scope implies a patient: without one the app would open on nobody (SM-66).
 *
 * @throws BrokerError `context_patient_missing`
 */
export function checkContext({ scopes, patient }: TokenGrant, launch: TakenLaunch): void {
  if (patient === undefined && scopes.some((scope) => scope.startsWith('patient/'))) {
    throw new BrokerError('context_patient_missing', {
      detail: { launchId: launch.launchId, connection: launch.connection },
    })
  }
}
