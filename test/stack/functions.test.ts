import { describe, expect, it } from 'vitest'
import {
  APP_DOOR_ENVIRONMENT,
  LAUNCH_ENVIRONMENT,
  LOGOUT_ENVIRONMENT,
  REDIRECT_ENVIRONMENT,
  RENEWAL_ENVIRONMENT,
  SAML_ENVIRONMENT,
  SESSION_ENVIRONMENT,
  SSO_ENVIRONMENT,
  TOKEN_ENVIRONMENT,
  WEBHOOKS_ENVIRONMENT,
} from '#contract/environment.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const BASE = 'https://Api.execute-api.AWS::Region.AWS::URLSuffix/live'

const ENVIRONMENTS: Readonly<Record<string, readonly string[]>> = {
  Launch: LAUNCH_ENVIRONMENT,
  Redirect: REDIRECT_ENVIRONMENT,
  Saml: SAML_ENVIRONMENT,
  Sso: SSO_ENVIRONMENT,
  Token: TOKEN_ENVIRONMENT,
  Fhir: APP_DOOR_ENVIRONMENT,
  DataModel: APP_DOOR_ENVIRONMENT,
  Refresher: RENEWAL_ENVIRONMENT,
  Session: SESSION_ENVIRONMENT,
  Logout: LOGOUT_ENVIRONMENT,
  Webhooks: WEBHOOKS_ENVIRONMENT,
}

const VALUES: Readonly<Record<string, string>> = {
  PUBLIC_BASE_URL: BASE,
  UPSTREAMS: 'public',
  LAUNCHES_TABLE_NAME: 'LaunchesTable',
  REGISTRY_TABLE_NAME: 'RegistryTable',
  SESSIONS_TABLE_NAME: 'SessionsTable',
  SEALING_KEY_ARNS: 'SealingKey',
  ASSERTIONS_KEYS: 'RS384=AssertionsKey',
  TOKENS_KEY_ARN: 'TokensKey',
  TOKENS_KEY_ARNS: 'TokensKey',
  MESSAGES_KEYS: 'RS384=MessagesKeyRS384,ES384=MessagesKeyES384',
  SAML_SIGNING_KEY_ARNS: 'SamlSigningKey',
  SAML_ENCRYPTION_KEY_ARNS: 'SamlEncryptionKey',
  CLIENT_SECRETS_PREFIX: 'Sallyport/client-secrets/',
  SSO_SECRETS_PREFIX: 'Sallyport/sso-secrets/',
  EVENT_BUS_NAME: 'Sallyport-events',
  AUDIT_LOG_GROUP_NAME: 'AuditLog',
  WEBHOOK_SECRETS_PREFIX: 'Sallyport/webhook-secrets/',
  LINK_SECRETS_PREFIX: 'Sallyport/link-secrets/',
  WEBHOOKS_QUEUE_URL: 'WebhookDeliveryQueue',
}

const template = defaultTemplate()

function setup() {
  return { functions: resourcesOf(template, 'AWS::Lambda::Function') }
}

describe('Functions', () => {
  it.each(Object.keys(ENVIRONMENTS))('%s is given what it reads, and nothing else', (name) => {
    const { functions } = setup()
    const variables = functions.find(([id]) => idOf(id) === name)?.[1].Properties.Environment
      .Variables as Readonly<Record<string, unknown>>
    const given = Object.entries(variables).map(([variable, value]) => [variable, flatten(value)])

    expect(Object.fromEntries(given)).toEqual(
      Object.fromEntries(
        (ENVIRONMENTS[name] ?? []).map((variable) => [variable, VALUES[variable]]),
      ),
    )
  })

  it('are given no secret, nor what CloudFormation would put one in place of', () => {
    const { functions } = setup()

    for (const [, { Properties }] of functions) {
      const { Variables } = Properties.Environment
      expect(JSON.stringify(Variables)).not.toMatch(/resolve:|Secret(?:String|Value)|NoEcho/i)
      expect(Object.keys(Variables).join()).not.toMatch(/SECRET(?!S_PREFIX)|PASSWORD|TOKEN(?!S_)/)
    }
  })

  it('run on Node.js 24 and arm64', () => {
    const { functions } = setup()

    expect(
      functions.map(([id, { Properties }]) => [
        idOf(id),
        Properties.Runtime,
        Properties.Architectures,
      ]),
    ).toEqual(Object.keys(ENVIRONMENTS).map((name) => [name, 'nodejs24.x', ['arm64']]))
  })

  it('log each to a group of its own, encrypted, for three months', () => {
    const { functions } = setup()
    const groups = Object.fromEntries(
      resourcesOf(template, 'AWS::Logs::LogGroup').map(([id, { Properties }]) => [
        idOf(id),
        [Properties.RetentionInDays, flatten(Properties.KmsKeyId)],
      ]),
    )

    for (const [id, { Properties }] of functions) {
      const group = flatten(Properties.LoggingConfig.LogGroup)
      expect(group).toBe(`${idOf(id)}Logs`)
      expect([group, groups[group]]).toEqual([group, [90, 'StorageKey']])
    }
  })

  it('have time to answer before API Gateway gives up, fhir and data-model to stream, and the refresher for its minute', () => {
    const { functions } = setup()
    const timeouts = functions.map(([id, { Properties }]) => [idOf(id), Properties.Timeout])

    expect(timeouts.filter(([, seconds]) => seconds >= 29)).toEqual([
      ['Fhir', 600],
      ['DataModel', 60],
      ['Refresher', 90],
    ])
  })
})

describe('Outputs', () => {
  it('tell what to register at an EHR and what the command line writes to', () => {
    const outputs = Object.entries(template.findOutputs('*')).map(([name, { Value }]) => [
      name,
      flatten(Value),
    ])

    expect(Object.fromEntries(outputs)).toEqual({
      [OUTPUTS.apiBase]: BASE,
      [OUTPUTS.launchUrl]: `${BASE}/launch/{key}`,
      [OUTPUTS.redirectUri]: `${BASE}/redirect`,
      [OUTPUTS.jwksUrl]: `${BASE}/.well-known/jwks.json`,
      [OUTPUTS.messagesJwksUrl]: `${BASE}/.well-known/messages-jwks.json`,
      [OUTPUTS.eventBusName]: 'Sallyport-events',
      [OUTPUTS.assertionsKeys]: 'RS384=AssertionsKey',
      [OUTPUTS.upstreams]: 'public',
      [OUTPUTS.launchesTableName]: 'LaunchesTable',
      [OUTPUTS.sessionsTableName]: 'SessionsTable',
      [OUTPUTS.sealingKeyArns]: 'SealingKey',
      [OUTPUTS.auditLogGroupName]: 'AuditLog',
      [OUTPUTS.logGroupNames]: [
        'ApiAccessLog',
        ...Object.keys(ENVIRONMENTS).map((name) => `${name}Logs`),
      ].join(','),
      [OUTPUTS.registryTableName]: 'RegistryTable',
      [OUTPUTS.clientSecretsPrefix]: 'Sallyport/client-secrets/',
      [OUTPUTS.ssoSecretsPrefix]: 'Sallyport/sso-secrets/',
      [OUTPUTS.webhookDeadLettersUrl]: 'WebhookDeliveryDeadLetters',
      [OUTPUTS.webhookSecretsPrefix]: 'Sallyport/webhook-secrets/',
      [OUTPUTS.linkSecretsPrefix]: 'Sallyport/link-secrets/',
      [OUTPUTS.storageKeyArn]: 'StorageKey',
    })
  })
})
