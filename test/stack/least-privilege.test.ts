import { describe, expect, it } from 'vitest'
import {
  SESSION_END_ATTRIBUTES,
  SESSION_ENDED_ATTRIBUTES,
  SESSION_VIEW_ATTRIBUTES,
} from '#contract/tables.ts'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const REGION = 'AWS::Region'

const USE_TABLES = onStorageKey('dynamodb', ['Decrypt'])
const READ_SECRETS = onStorageKey('secretsmanager', ['Decrypt'])
const SEND_TO_QUEUES = onStorageKey('sqs', ['Decrypt', 'GenerateDataKey'])

/** All that the schedules may do. */
const SCHEDULES = [
  'lambda:InvokeFunction on Refresher',
  'sqs:SendMessage on RefreshScheduleUndelivered',
  ...SEND_TO_QUEUES,
]

const RENEWAL_EVENTS = putsEvents(
  'session.refreshed',
  'session.reauthorization-required',
  'connection.failing',
  'connection.recovered',
)

/** What it takes to renew a session's tokens. */
const RENEWAL = [
  'dynamodb:GetItem on RegistryTable',
  'dynamodb:GetItem on SessionsTable',
  'dynamodb:UpdateItem on SessionsTable',
  'dynamodb:PutItem on LaunchesTable, keys rescue#*',
  'dynamodb:PutItem on LaunchesTable, keys health#*',
  'dynamodb:GetItem on LaunchesTable, keys health#*',
  RENEWAL_EVENTS,
  'dynamodb:GetItem on LaunchesTable, keys rescue#*',
  `secretsmanager:GetSecretValue on ${secrets('client-secrets')}`,
  'kms:GenerateDataKey on SealingKey',
  'kms:Decrypt on SealingKey',
  'kms:Sign on AssertionsKey',
  'kms:GetPublicKey on AssertionsKey',
  ...USE_TABLES,
  ...READ_SECRETS,
]

/** What it takes to let apps in, beside that. */
const APP_DOOR = [
  ...RENEWAL,
  ...writesTo('AuditLog'),
  'dynamodb:PutItem on SessionsTable',
  'kms:GetPublicKey on TokensKey',
]

/** All that each function may do, and on what, and under which condition. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Launch: [
    ...writesTo('LaunchLogs'),
    'dynamodb:GetItem on RegistryTable',
    'dynamodb:Query on RegistryTable/index/byIssuer',
    'dynamodb:PutItem on LaunchesTable, keys launch#*',
    `secretsmanager:GetSecretValue on ${secrets('client-secrets')}`,
    'kms:Sign on AssertionsKey',
    'kms:GetPublicKey on AssertionsKey',
    'dynamodb:PutItem on LaunchesTable, keys replay#*',
    'dynamodb:PutItem on LaunchesTable, keys ticket#*',
    'dynamodb:PutItem on SessionsTable',
    putsEvents('session.created'),
    `secretsmanager:GetSecretValue on ${secrets('link-secrets')}`,
    ...USE_TABLES,
    ...READ_SECRETS,
  ],
  Redirect: [
    ...writesTo('RedirectLogs'),
    'dynamodb:UpdateItem on LaunchesTable, keys launch#*',
    'dynamodb:PutItem on LaunchesTable, keys launch#*',
    'dynamodb:PutItem on LaunchesTable, keys ticket#*',
    'dynamodb:GetItem on RegistryTable',
    'dynamodb:PutItem on SessionsTable',
    `secretsmanager:GetSecretValue on ${secrets('client-secrets')}`,
    'kms:Sign on AssertionsKey',
    'kms:GetPublicKey on AssertionsKey',
    'kms:GenerateDataKey on SealingKey',
    putsEvents('session.created'),
    ...USE_TABLES,
    ...READ_SECRETS,
  ],
  Saml: [
    ...writesTo('SamlLogs'),
    'dynamodb:GetItem on RegistryTable',
    'dynamodb:PutItem on LaunchesTable, keys saml#*',
    'dynamodb:UpdateItem on LaunchesTable, keys saml#*',
    'dynamodb:PutItem on LaunchesTable, keys replay#*',
    'dynamodb:PutItem on LaunchesTable, keys ticket#*',
    'dynamodb:Query on SessionsTable/index/bySid',
    'dynamodb:Query on SessionsTable/index/bySubject',
    `dynamodb:UpdateItem on SessionsTable, attributes ${SESSION_ENDED_ATTRIBUTES.join(' ')}`,
    'dynamodb:PutItem on LaunchesTable, keys launch#*',
    'dynamodb:PutItem on SessionsTable',
    `secretsmanager:GetSecretValue on ${secrets('client-secrets')}`,
    'kms:Sign on AssertionsKey',
    'kms:GetPublicKey on AssertionsKey',
    ...READ_SECRETS,
    putsEvents('session.created', 'session.ended'),
    'kms:Sign on SamlSigningKey',
    'kms:GetPublicKey on SamlSigningKey',
    'kms:Decrypt on SamlEncryptionKey',
    'kms:GetPublicKey on SamlEncryptionKey',
    ...USE_TABLES,
  ],
  Sso: [
    ...writesTo('SsoLogs'),
    'dynamodb:UpdateItem on LaunchesTable, keys ticket#*',
    'dynamodb:GetItem on RegistryTable',
    `dynamodb:UpdateItem on SessionsTable, attributes ${SESSION_ENDED_ATTRIBUTES.join(' ')}`,
    putsEvents('session.ended'),
    `secretsmanager:GetSecretValue on ${secrets('sso-secrets')}`,
    'kms:Sign on MessagesKeyRS384',
    'kms:GetPublicKey on MessagesKeyRS384',
    'kms:Sign on MessagesKeyES384',
    'kms:GetPublicKey on MessagesKeyES384',
    ...USE_TABLES,
    ...READ_SECRETS,
  ],
  Token: [
    ...writesTo('TokenLogs'),
    'dynamodb:GetItem on RegistryTable',
    'dynamodb:PutItem on LaunchesTable, keys replay#*',
    `dynamodb:GetItem on SessionsTable, attributes ${SESSION_END_ATTRIBUTES.join(' ')}`,
    'kms:Sign on TokensKey',
    'kms:GetPublicKey on TokensKey',
    'kms:GetPublicKey on AssertionsKey',
    'kms:GetPublicKey on MessagesKeyRS384',
    'kms:GetPublicKey on MessagesKeyES384',
    ...USE_TABLES,
  ],
  Fhir: [...writesTo('FhirLogs'), ...APP_DOOR],
  DataModel: [...writesTo('DataModelLogs'), ...APP_DOOR],
  Refresher: [
    ...writesTo('RefresherLogs'),
    ...RENEWAL,
    'dynamodb:Query on SessionsTable/index/byDue',
    'dynamodb:DeleteItem on SessionsTable',
    putsEvents('session.ended'),
    'sqs:SendMessage on RefreshScheduleFailed',
    ...SEND_TO_QUEUES,
  ],
  Session: [
    ...writesTo('SessionLogs'),
    'dynamodb:GetItem on RegistryTable',
    `dynamodb:GetItem on SessionsTable, attributes ${SESSION_VIEW_ATTRIBUTES.join(' ')}`,
    `dynamodb:UpdateItem on SessionsTable, attributes ${SESSION_ENDED_ATTRIBUTES.join(' ')}`,
    putsEvents('session.ended'),
    'kms:GetPublicKey on TokensKey',
    ...USE_TABLES,
  ],
  Webhooks: [
    ...writesTo('WebhooksLogs'),
    'dynamodb:GetItem on RegistryTable',
    `secretsmanager:GetSecretValue on ${secrets('webhook-secrets')}`,
    'sqs:ReceiveMessage on WebhookDeliveryQueue',
    'sqs:DeleteMessage on WebhookDeliveryQueue',
    'sqs:GetQueueAttributes on WebhookDeliveryQueue',
    'sqs:ChangeMessageVisibility on WebhookDeliveryQueue',
    ...onStorageKey('sqs', ['Decrypt']),
    ...USE_TABLES,
    ...READ_SECRETS,
  ],
  Logout: [
    ...writesTo('LogoutLogs'),
    'dynamodb:GetItem on RegistryTable',
    'dynamodb:PutItem on LaunchesTable, keys replay#*',
    'dynamodb:Query on SessionsTable/index/bySid',
    'dynamodb:Query on SessionsTable/index/bySubject',
    `dynamodb:UpdateItem on SessionsTable, attributes ${SESSION_ENDED_ATTRIBUTES.join(' ')}`,
    putsEvents('session.ended'),
    ...USE_TABLES,
  ],
}

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const template = defaultTemplate()

function setup() {
  const policies = resourcesOf(template, 'AWS::IAM::Policy')
  const roles = resourcesOf(template, 'AWS::IAM::Role')

  /** What the policies of one function's role add up to. */
  function allowedTo(name: string): readonly string[] {
    return policies
      .filter(([, policy]) => policy.Properties.Roles.map(flatten).includes(`${name}Role`))
      .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)
      .flatMap(permissions)
  }
  return { policies, roles, allowedTo }
}

describe('Least privilege', () => {
  it.each(Object.keys(ALLOWED))('%s may do what it is for, and nothing else', (name) => {
    const { allowedTo } = setup()

    expect(unique(allowedTo(name))).toEqual(unique(ALLOWED[name] ?? []))
  })

  it('lets the schedules wake the refresher, put aside what fails, and nothing else', () => {
    const { allowedTo } = setup()

    expect(unique(allowedTo('RefreshSchedule'))).toEqual(unique(SCHEDULES))
  })

  it('is stated for every function', () => {
    const names = resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => idOf(id))

    expect(names.toSorted()).toEqual(Object.keys(ALLOWED).toSorted())
  })

  it('is in policies of one role each, and in nothing that a role brings along', () => {
    const { policies, roles } = setup()

    expect(policies.map(([, { Properties }]) => Properties.Roles.length)).toEqual(
      [...Object.keys(ALLOWED), 'RefreshSchedule'].map(() => 1),
    )
    for (const [id, { Properties }] of roles.filter(([id]) => idOf(id) !== 'ApiCloudWatchRole')) {
      expect([id, Properties.ManagedPolicyArns, Properties.Policies]).toEqual([
        id,
        undefined,
        undefined,
      ])
    }
  })

  it('lets launch make a session, which has no tokens, and read or change none', () => {
    const { allowedTo } = setup()

    expect(allowedTo('Launch').filter((one) => one.includes('SessionsTable'))).toEqual([
      'dynamodb:PutItem on SessionsTable',
    ])
  })

  it('lets fhir, data-model and the refresher open tokens, and no function else', () => {
    const { allowedTo } = setup()
    const openers = Object.keys(ALLOWED).filter((name) =>
      allowedTo(name).includes('kms:Decrypt on SealingKey'),
    )

    expect(openers).toEqual(['Fhir', 'DataModel', 'Refresher'])
  })

  it('lets token sign access tokens, and no function else', () => {
    const { allowedTo } = setup()
    const signers = Object.keys(ALLOWED).filter((name) =>
      allowedTo(name).includes('kms:Sign on TokensKey'),
    )

    expect(signers).toEqual(['Token'])
  })

  it('names each action, and no resource by a star alone', () => {
    const { allowedTo } = setup()
    const all = Object.keys(ALLOWED).flatMap(allowedTo)

    expect(all.length).toBeGreaterThan(0)
    expect(all.filter((one) => /^\S*\*/.test(one) || / on \*/.test(one))).toEqual([])
  })

  it('gives no function the role of another', () => {
    const roles = resourcesOf(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => [
      idOf(id),
      flatten(Properties.Role),
    ])

    expect(roles).toEqual(roles.map(([name]) => [name, `${name}Role`]))
  })
})

function permissions(statement: Statement): readonly string[] {
  const condition = statement.Condition === undefined ? '' : conditionOf(statement.Condition)
  const effect = statement.Effect === 'Allow' ? '' : `${statement.Effect} `
  return asList(statement.Action).flatMap((action) =>
    asList(statement.Resource).map(
      (resource) => `${effect}${action} on ${flatten(resource)}${condition}`,
    ),
  )
}

/** The conditions that the stack uses, as text; any other as it is, to be unlike any expected. */
function conditionOf(condition: NonNullable<Statement['Condition']>): string {
  const keys = condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']
  const service = condition['StringEquals']?.['kms:ViaService']
  const attributes = condition['ForAllValues:StringEquals']?.['dynamodb:Attributes']
  const select = condition['StringEqualsIfExists']?.['dynamodb:Select']
  const types = condition['StringEquals']?.['events:detail-type']
  const entries = Object.values(condition).flatMap(Object.values).length
  if (entries === 1 && Array.isArray(keys)) return `, keys ${keys.join(' ')}`
  if (entries === 1 && Array.isArray(types)) return `, types ${types.join(' ')}`
  if (entries === 1 && service !== undefined) return `, via ${flatten(service)}`
  if (entries === 2 && Array.isArray(attributes) && select === 'SPECIFIC_ATTRIBUTES') {
    return `, attributes ${attributes.join(' ')}`
  }
  return `, ${JSON.stringify(condition)}`
}

function onStorageKey(service: string, operations: readonly string[]): readonly string[] {
  return operations.map(
    (operation) => `kms:${operation} on StorageKey, via ${service}.${REGION}.amazonaws.com`,
  )
}

function putsEvents(...types: readonly string[]): string {
  return `events:PutEvents on Events, types ${types.join(' ')}`
}

function writesTo(logGroup: string): readonly string[] {
  return [`logs:CreateLogStream on ${logGroup}`, `logs:PutLogEvents on ${logGroup}`]
}

function secrets(name: string): string {
  return `arn:AWS::Partition:secretsmanager:${REGION}:AWS::AccountId:secret:Sallyport/${name}/*`
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted()
}
