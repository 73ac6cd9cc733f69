import { BrokerError } from '#core/errors.ts'
import {
  isOidcConnection,
  type OidcConnection,
  providerConnection,
} from '#core/registry/provider-connection.ts'
import type { App, Connection, Registration, Registry } from '#core/registry/registry.ts'
import type { TakenLaunch } from './take-launch.ts'

/** Whose a launch is, at the server that it went to. */
export interface LaunchParties {
  readonly connection: Connection
  readonly registration: Registration
  readonly app: App
  /** The connection that people sign on for, where `connection` is its OpenID provider. */
  readonly signsOnFor?: OidcConnection
}

/**
 * The launch's connection, registration and app as they are now; a changed owner, or another way to
 * sign on, ends the launch.
 *
 * @throws BrokerError `state_unknown`
 */
export async function launchParties(
  launch: TakenLaunch,
  registry: Registry,
): Promise<LaunchParties> {
  const [launched, registration, app] = await Promise.all([
    launchedConnection(launch, registry),
    registry.findRegistration(launch.registration),
    registry.findApp(launch.app),
  ])
  const connection = launched?.connection
  if (
    !connection ||
    !registration ||
    !app ||
    connection.registration !== registration.id ||
    connection.app !== app.id ||
    registration.app !== app.id
  ) {
    throw new BrokerError('state_unknown', { detail: { reason: 'registry_changed' } })
  }
  return { ...launched, registration, app }
}

async function launchedConnection(
  { connection: id, signsOn }: TakenLaunch,
  registry: Registry,
): Promise<Pick<LaunchParties, 'connection' | 'signsOnFor'> | undefined> {
  if (!signsOn) {
    const connection = await registry.findConnection(id)
    return connection && { connection }
  }
  const signsOnFor = await registry.findSignOnConnection(id)
  if (!signsOnFor || !isOidcConnection(signsOnFor)) return undefined
  return { connection: providerConnection(signsOnFor), signsOnFor }
}
