import type { Connection } from '#core/registry/registry.ts'
import { profileOf } from '#core/vendors/profile-of.ts'

/**
 * `aud` of a client's assertions: where they are posted to, or what the registry says. An issuer counts
 * as the registry has it, because a hostile server's document may name another's (audience injection).
 *
 * @returns `undefined` where the profile wants an issuer, and the registry has none
 */
export function assertionAudience(
  connection: Pick<
    Connection,
    'fhirBaseUrl' | 'authorizationServer' | 'vendor' | 'vendorOverrides'
  >,
  tokenEndpoint: string,
): string | undefined {
  switch (profileOf(connection).assertionAudience) {
    case 'token-endpoint':
      return tokenEndpoint
    case 'issuer':
      return connection.authorizationServer?.issuer
    case 'fhir-base':
      return connection.fhirBaseUrl
  }
}
