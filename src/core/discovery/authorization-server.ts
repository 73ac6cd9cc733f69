import type { AuthorizationServer } from 'oauth4webapi'
import type { Connection } from '#core/registry/registry.ts'

/** An authorization server as a launch needs it: both endpoints are there, and are absolute. */
export type AuthorizationServerMetadata = AuthorizationServer & {
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  /** What SMART says the server can do. */
  readonly capabilities?: string[]
}

/** What discovery needs to know of a connection, before it is one. */
export type DiscoverableConnection = Pick<
  Connection,
  'fhirBaseUrl' | 'scopes' | 'vendor' | 'vendorOverrides' | 'authorizationServer'
> & {
  /** The registration's `client_id`, which some servers want to know first. */
  readonly clientId: string
}

/** Finds the authorization server of a connection. */
export type Discovery = (
  connection: Connection,
  clientId: string,
) => Promise<AuthorizationServerMetadata>

/** Members of the metadata that are addresses which the broker, or the browser, goes to. */
export const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'pushed_authorization_request_endpoint',
] as const
