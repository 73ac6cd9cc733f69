/** The stack's outputs, as `cdk deploy --outputs-file` writes them and the command line reads them. */
export const OUTPUTS = {
  apiBase: 'ApiBase',
  launchUrl: 'LaunchUrl',
  redirectUri: 'RedirectUri',
  jwksUrl: 'JwksUrl',
  /** Where rules on the broker's events go. */
  eventBusName: 'EventBusName',
  /** Signs client assertions. */
  assertionsKeyArn: 'AssertionsKeyArn',
  upstreams: 'Upstreams',
  registryTableName: 'RegistryTableName',
  sessionsTableName: 'SessionsTableName',
  clientSecretsPrefix: 'ClientSecretsPrefix',
  ssoSecretsPrefix: 'SsoSecretsPrefix',
  /** Webhooks that were tried to the end, for a person to look at. */
  webhookDeadLettersUrl: 'WebhookDeadLettersUrl',
  webhookSecretsPrefix: 'WebhookSecretsPrefix',
  linkSecretsPrefix: 'LinkSecretsPrefix',
  /** Encrypts the secrets that the command line makes. */
  storageKeyArn: 'StorageKeyArn',
  /** With commas between; the first is the one that seals. */
  sealingKeyArns: 'SealingKeyArns',
  /** Of the functions and of the access log, with commas between. */
  logGroupNames: 'LogGroupNames',
} as const
