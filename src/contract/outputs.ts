/** The stack's outputs, as `cdk deploy --outputs-file` writes them and the command line reads them. */
export const OUTPUTS = {
  apiBase: 'ApiBase',
  launchUrl: 'LaunchUrl',
  redirectUri: 'RedirectUri',
  jwksUrl: 'JwksUrl',
  /** Where apps find the keys of SSO messages. */
  messagesJwksUrl: 'MessagesJwksUrl',
  /** What the DNS record of a domain of one's own leads to; absent without one. */
  domainTarget: 'DomainTarget',
  /** From where EHRs are called, with commas between; known in a VPC that the stack makes. */
  egressAddresses: 'EgressAddresses',
  /** Where rules on the broker's events go. */
  eventBusName: 'EventBusName',
  /** Sign client assertions: as `RS384=<arn>`, with commas between; the first is for who names no algorithm. */
  assertionsKeys: 'AssertionsKeys',
  upstreams: 'Upstreams',
  registryTableName: 'RegistryTableName',
  sessionsTableName: 'SessionsTableName',
  launchesTableName: 'LaunchesTableName',
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
  /** Who read what of whom; not among the other log groups. */
  auditLogGroupName: 'AuditLogGroupName',
  /** Of the functions and of the access log, with commas between. */
  logGroupNames: 'LogGroupNames',
} as const
