import { BrokerError } from '#core/errors.ts'
import { normalIssuer } from '#core/registry/normal-issuer.ts'
import type { Connection, Registry } from '#core/registry/registry.ts'
import { missingParameter } from './missing-parameter.ts'

/**
 * The connection that a launch address and its `iss` name together.
 *
 * The key is a connection's, whose FHIR base URL `iss` must then be, or an app's, of whose
 * connections exactly one must have that base URL. An attacker chooses `iss`: an unregistered one is
 * refused before anything is fetched. Where people sign on elsewhere (`oidc`, `saml`, `signed-link`) no
 * EHR's launch goes past that.
 *
 * @throws BrokerError `launch_key_unknown`, `launch_parameter_invalid`, `launch_issuer_unknown`
 */
export async function findLaunchConnection(
  key: string,
  iss: string | undefined,
  registry: Registry,
): Promise<Connection> {
  const connection = await registry.findConnection(key)
  const app = connection ? undefined : await registry.findApp(key)
  if (!connection && !app) throw new BrokerError('launch_key_unknown')

  if (iss === undefined) throw missingParameter('iss')
  const issuer = normalIssuer(iss)
  const candidates = connection
    ? [connection].filter((one) => one.issuer === issuer)
    : issuer
      ? (await registry.findConnectionsByIssuer(issuer)).filter((one) => one.app === app?.id)
      : []

  const [found, another] = candidates.filter(takesLaunches)
  if (!found || another) {
    throw new BrokerError('launch_issuer_unknown', {
      detail: {
        ...(connection ? { connection: connection.id } : { app: key }),
        reason: issuer === undefined ? 'iss_malformed' : another ? 'iss_ambiguous' : 'iss_unknown',
      },
    })
  }
  return found
}

function takesLaunches({ signOn }: Connection): boolean {
  return (signOn?.scheme ?? 'smart-ehr').startsWith('smart-')
}
