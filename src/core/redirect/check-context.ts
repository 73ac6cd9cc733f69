import { BrokerError } from '#core/errors.ts'
import { covers } from '#core/oauth/scope-meaning.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import type { TakenLaunch } from './take-launch.ts'

/**
 * What must have been granted. The connection's required scopes, whatever their form (SM-52); and a
 * patient where a `patient/` scope was granted, without whom the app would open on nobody (SM-66).
 *
 * @throws BrokerError `scope_not_granted`, `context_patient_missing`
 */
export function checkContext(
  { scopes }: TokenGrant,
  patient: string | undefined,
  { requiredScopes = [] }: Connection,
  launch: TakenLaunch,
): void {
  const detail = { launchId: launch.launchId, connection: launch.connection }
  const lacking = requiredScopes.filter((scope) => !covers(scopes, scope))
  if (lacking.length > 0) {
    throw new BrokerError('scope_not_granted', {
      hint: `Not granted: ${lacking.join(', ')}.`,
      detail: { ...detail, parameters: lacking },
    })
  }
  if (patient === undefined && scopes.some((scope) => scope.startsWith('patient/'))) {
    throw new BrokerError('context_patient_missing', { detail })
  }
}
