/**
 * The variables each function is configured by.
 *
 * A construct that forgets to set one, or a handler that reads one nobody sets, does not compile.
 */
export const LAUNCH_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'ASSERTIONS_KEYS',
  'CLIENT_SECRETS_PREFIX',
  'SESSIONS_TABLE_NAME',
  'LINK_SECRETS_PREFIX',
  'EVENT_BUS_NAME',
] as const

export const REDIRECT_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'SEALING_KEY_ARNS',
  'ASSERTIONS_KEYS',
  'CLIENT_SECRETS_PREFIX',
  'EVENT_BUS_NAME',
] as const

export const SSO_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'EVENT_BUS_NAME',
  'SSO_SECRETS_PREFIX',
  'MESSAGES_KEYS',
] as const

/** Of each function that holds the vault: what it takes to renew a session's tokens. */
export const RENEWAL_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'SEALING_KEY_ARNS',
  'ASSERTIONS_KEYS',
  'CLIENT_SECRETS_PREFIX',
  'EVENT_BUS_NAME',
] as const

/** Of the doors through which an app reaches the EHR: fhir and data-model. */
export const APP_DOOR_ENVIRONMENT = [
  ...RENEWAL_ENVIRONMENT,
  'TOKENS_KEY_ARNS',
  'AUDIT_LOG_GROUP_NAME',
] as const

export const TOKEN_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'ASSERTIONS_KEYS',
  'MESSAGES_KEYS',
  'TOKENS_KEY_ARN',
] as const

export const SESSION_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'TOKENS_KEY_ARNS',
  'EVENT_BUS_NAME',
] as const

export const LOGOUT_ENVIRONMENT = [
  'UPSTREAMS',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'EVENT_BUS_NAME',
] as const

export const SAML_ENVIRONMENT = [
  'PUBLIC_BASE_URL',
  'UPSTREAMS',
  'ASSERTIONS_KEYS',
  'CLIENT_SECRETS_PREFIX',
  'LAUNCHES_TABLE_NAME',
  'REGISTRY_TABLE_NAME',
  'SESSIONS_TABLE_NAME',
  'SAML_SIGNING_KEY_ARNS',
  'SAML_ENCRYPTION_KEY_ARNS',
  'EVENT_BUS_NAME',
] as const

export const WEBHOOKS_ENVIRONMENT = [
  'UPSTREAMS',
  'REGISTRY_TABLE_NAME',
  'WEBHOOK_SECRETS_PREFIX',
  'WEBHOOKS_QUEUE_URL',
] as const

/** The values for a list of names, all of them present. */
export type Environment<Names extends readonly string[]> = Readonly<Record<Names[number], string>>
