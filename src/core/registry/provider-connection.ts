import { normalIssuer } from './normal-issuer.ts'
import { type Connection, isEhrConnection, type SignOnConnection } from './registry.ts'
import type { OidcScheme } from './sign-on-scheme.ts'

/** A connection whose people sign on at an OpenID provider. */
export type OidcConnection<Of extends SignOnConnection = SignOnConnection> = Of & {
  readonly signOn: OidcScheme
}

/** Whether people sign on at an OpenID provider that is not the EHR's own. */
export function isOidcConnection<Of extends Pick<SignOnConnection, 'signOn'>>(
  connection: Of,
): connection is Of & { readonly signOn: OidcScheme } {
  return connection.signOn?.scheme === 'oidc'
}

/** The connection whose server signs people on: the provider's, or the EHR's own. */
export function launchedConnection(connection: SignOnConnection): Connection | undefined {
  if (isOidcConnection(connection)) return providerConnection(connection)
  return isEhrConnection(connection) ? connection : undefined
}

/**
 * The provider of an `oidc` sign-on as the connection that a launch begins at: the same app, another
 * client and server, and no FHIR behind it. Its issuer stands where an EHR has its FHIR base.
 */
export function providerConnection(connection: OidcConnection): Connection {
  const { id, organization, environment, app, source, sessionPolicy, frameAncestors } = connection
  const { issuer, registration, vendor = 'oidc', ...idp } = connection.signOn.idp
  return {
    id,
    organization,
    environment,
    app,
    source,
    sessionPolicy,
    ...(frameAncestors && { frameAncestors }),
    registration,
    fhirBaseUrl: issuer,
    fhirVersion: 'R4',
    issuer: normalIssuer(issuer) ?? issuer,
    vendor,
    ...(idp.vendorOverrides && { vendorOverrides: idp.vendorOverrides }),
    authorizationServer: { issuer },
    scopes: idp.scopes,
    fhirAuthority: 'none',
    standaloneLaunch: true,
    endpointHosts: idp.endpointHosts ?? [],
  }
}
