import { scopePermits } from '#core/app-token/app-scope.ts'
import { BrokerError } from '#core/errors.ts'
import type { Need } from './ask.ts'

/**
 * Holds the app to the scope that its token was narrowed to.
 *
 * @throws BrokerError `scope_insufficient`
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function checkScope({ type, permissions }: Need, scope: string): void {
  if (!permissions.every((permission) => scopePermits(scope, type, permission))) {
    throw new BrokerError('scope_insufficient')
  }
}
