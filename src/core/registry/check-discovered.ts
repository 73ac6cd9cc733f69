import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import { type Problem, repetitions } from './problem.ts'

/** A connection, and the authorization server that its EHR named. */
export interface DiscoveredConnection {
  /** Of the connection in the file. */
  readonly path: string
  /** Of the address that it was found by. */
  readonly addressPath: string
  readonly fhirBaseUrl: string
  readonly registration: string
  readonly clientId: string
  readonly metadata: AuthorizationServerMetadata
  /** `aud` of its client's assertions, where it proves itself by these. */
  readonly audience?: string | undefined
}

/**
 * No EHR may name a token endpoint that is another's: it would get assertions and codes that are good
 * there. Nor may assertions for two servers have one audience. And a client id means one registration at
 * one token endpoint.
 *
 * @see [OAuth security topics update §2.1](https://datatracker.ietf.org/doc/draft-ietf-oauth-security-topics-update/)
 */
export function checkDiscovered(connections: readonly DiscoveredConnection[]): readonly Problem[] {
  const places = connections.map((value) => ({ path: value.path, value }))
  return [
    ...repetitions(places, ({ metadata }) => metadata.token_endpoint)
      .filter(({ first, again }) => claimedTwice(first.value, again.value))
      .map(({ first, again }) => ({
        path: again.value.addressPath,
        message: `This EHR and that of ${first.path} name one token endpoint under two issuers, so one of them is not what it says. Ask both, and remove the wrong one.`,
      })),
    ...repetitions(
      places.filter(({ value }) => value.audience !== undefined),
      ({ audience = '' }) => audience,
    )
      .filter(
        ({ first, again }) =>
          first.value.metadata.token_endpoint !== again.value.metadata.token_endpoint,
      )
      .map(({ first, again }) => ({
        path: again.value.addressPath,
        message: `What proves a client here would prove it at the server of ${first.path} too, because assertions for both have the audience ${again.value.audience}. Have assertionAudience be "token-endpoint", or remove the one that is not what it says.`,
      })),
    ...repetitions(places, ({ metadata, clientId }) => `${metadata.token_endpoint} ${clientId}`)
      .filter(({ first, again }) => first.value.registration !== again.value.registration)
      .map(({ first, again }) => ({
        path: `${again.path}.registration`,
        message: `This client id is that of ${first.path} at the same token endpoint, under another registration. Use one registration for both, or register another client.`,
      })),
  ]
}

function claimedTwice(one: DiscoveredConnection, other: DiscoveredConnection): boolean {
  if (one.metadata.issuer === other.metadata.issuer) return false
  // Where a server names no issuer its base stands for it, and one server has a base per version.
  const sameServer = new URL(one.fhirBaseUrl).origin === new URL(other.fhirBaseUrl).origin
  return !(sameServer && (isOwnIssuer(one) || isOwnIssuer(other)))
}

function isOwnIssuer({ fhirBaseUrl, metadata }: DiscoveredConnection): boolean {
  return metadata.issuer === fhirBaseUrl.replace(/\/$/, '')
}
