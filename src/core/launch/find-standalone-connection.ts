import { BrokerError } from '#core/errors.ts'
import { beginsOutside } from '#core/registry/directory.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import { findLaunchConnection } from './find-launch-connection.ts'
import { missingParameter } from './missing-parameter.ts'

/**
 * The connection of a launch that begins outside the EHR: named by its own key alone, as an app's
 * key would leave the EHR open, and only where the registry allows such launches. An `iss` that comes
 * along must be the connection's (SM-02).
 *
 * @throws BrokerError `launch_key_unknown`, `launch_parameter_invalid`, `launch_issuer_unknown`
 */
export async function findStandaloneConnection(
  key: string,
  iss: string | undefined,
  registry: Registry,
): Promise<Connection> {
  const connection = await registry.findConnection(key)
  if (!connection) {
    if (await registry.findApp(key)) throw missingParameter(iss === undefined ? 'iss' : 'launch')
    throw new BrokerError('launch_key_unknown')
  }
  if (!beginsOutside(connection)) throw missingParameter(iss === undefined ? 'iss' : 'launch')
  return iss === undefined ? connection : findLaunchConnection(key, iss, registry)
}

/**
 * What a standalone launch asks for: no EHR has a patient open, so the person chooses one (SM-07).
 *
 * @see [SMART App Launch 2.2, standalone apps](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function standaloneScopes(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes.map((scope) => (scope === 'launch' ? 'launch/patient' : scope)))]
}
