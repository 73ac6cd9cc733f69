import type { ClientMetadata, JWKS } from 'oidc-provider'

/** How a client proves who it is at the token endpoint. */
export type SandboxClientAuthentication =
  | { readonly method: 'none' }
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post'
      readonly secret: string
    }
  | { readonly method: 'private_key_jwt'; readonly jwksUri: string }
  | { readonly method: 'private_key_jwt'; readonly jwks: JWKS }

/** An app that is registered with the sandbox EHR. */
export interface SandboxClient {
  readonly clientId: string
  /** What the consent page calls it. */
  readonly clientName: string
  readonly redirectUris: readonly string[]
  readonly authentication: SandboxClientAuthentication
}

/** The registration as oidc-provider wants it. */
export function clientMetadata({
  clientId,
  clientName,
  redirectUris,
  authentication,
}: SandboxClient): ClientMetadata {
  return {
    client_id: clientId,
    client_name: clientName,
    redirect_uris: [...redirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: authentication.method,
    ...('secret' in authentication && { client_secret: authentication.secret }),
    ...('jwksUri' in authentication && { jwks_uri: authentication.jwksUri }),
    ...('jwks' in authentication && { jwks: authentication.jwks }),
  }
}
