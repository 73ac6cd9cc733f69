/** The stack's outputs, as `cdk deploy --outputs-file` writes them and the command line reads them. */
export const OUTPUTS = {
  apiBase: 'ApiBase',
  launchUrl: 'LaunchUrl',
  redirectUri: 'RedirectUri',
  jwksUrl: 'JwksUrl',
  upstreams: 'Upstreams',
  registryTableName: 'RegistryTableName',
  clientSecretsPrefix: 'ClientSecretsPrefix',
  ssoSecretsPrefix: 'SsoSecretsPrefix',
  /** Encrypts the secrets that the command line makes. */
  storageKeyArn: 'StorageKeyArn',
} as const
