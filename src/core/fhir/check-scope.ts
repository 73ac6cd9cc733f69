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
    // The interactions of a scope stand in one order, and a need's permissions may not.
    const letters = [...'cruds'].filter((letter) => permissions.some((one) => one === letter))
    const needed = `system/${type}.${letters.join('')}`
    throw new BrokerError('scope_insufficient', { scope: needed, hint: `It takes ${needed}.` })
  }
}
