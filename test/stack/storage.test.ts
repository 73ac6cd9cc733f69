import { describe, expect, it } from 'vitest'
import { LAUNCHES_TABLE, REGISTRY_TABLE, SESSIONS_TABLE } from '#contract/tables.ts'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const template = defaultTemplate()

function setup() {
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table')
  const keys = resourcesOf(template, 'AWS::KMS::Key')
  return {
    tables,
    keys,
    table: (name: string) => tables.find(([id]) => idOf(id) === name)?.[1].Properties,
    key: (name: string) => keys.find(([id]) => idOf(id) === name)?.[1].Properties,
  }
}

describe('Tables', () => {
  it('are three, on demand', () => {
    const { tables } = setup()

    expect(tables.map(([id, { Properties }]) => [idOf(id), Properties.BillingMode])).toEqual([
      ['LaunchesTable', 'PAY_PER_REQUEST'],
      ['SessionsTable', 'PAY_PER_REQUEST'],
      ['RegistryTable', 'PAY_PER_REQUEST'],
    ])
  })

  it('outlive the stack, as their keys do', () => {
    const { tables, keys } = setup()

    for (const [id, resource] of [...tables, ...keys]) {
      expect([id, resource]).toMatchObject([
        id,
        { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
      ])
    }
  })

  it('are encrypted under the storage key', () => {
    const { tables } = setup()

    for (const [id, { Properties }] of tables) {
      expect([id, Properties.SSESpecification.SSEEnabled]).toEqual([id, true])
      expect([id, flatten(Properties.SSESpecification.KMSMasterKeyId)]).toEqual([id, 'StorageKey'])
    }
  })

  it('of sessions and of the registry can be restored to a point in time, that of launches not', () => {
    const { table } = setup()
    const on = { PointInTimeRecoveryEnabled: true }

    expect(table('SessionsTable').PointInTimeRecoverySpecification).toEqual(on)
    expect(table('RegistryTable').PointInTimeRecoverySpecification).toEqual(on)
    expect(table('LaunchesTable').PointInTimeRecoverySpecification).toBeUndefined()
  })

  it('of launches and of sessions forget by themselves', () => {
    const { table } = setup()

    expect(table('LaunchesTable').TimeToLiveSpecification).toEqual({
      AttributeName: LAUNCHES_TABLE.timeToLive,
      Enabled: true,
    })
    expect(table('SessionsTable').TimeToLiveSpecification).toEqual({
      AttributeName: SESSIONS_TABLE.timeToLive,
      Enabled: true,
    })
    expect(table('RegistryTable').TimeToLiveSpecification).toBeUndefined()
  })

  it('of sessions finds by shard and time what is due, and holds keys alone there', () => {
    const { table } = setup()
    const { name, partitionKey, sortKey } = SESSIONS_TABLE.dueIndex

    expect(table('SessionsTable').GlobalSecondaryIndexes.slice(0, 1)).toEqual([
      {
        IndexName: name,
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ])
  })

  it('of sessions finds by the sign-on that they came of, and tells nobody’s tokens or patient there', () => {
    const { table } = setup()

    expect(table('SessionsTable').GlobalSecondaryIndexes.slice(1)).toEqual(
      [SESSIONS_TABLE.sidIndex, SESSIONS_TABLE.subjectIndex].map(({ name, partitionKey }) => ({
        IndexName: name,
        KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: ['app', 'connection', 'status'],
        },
      })),
    )
  })

  it('of the registry finds connections by their issuer, whole', () => {
    const { table } = setup()
    const { name, partitionKey } = REGISTRY_TABLE.issuerIndex

    expect(table('RegistryTable').GlobalSecondaryIndexes).toEqual([
      {
        IndexName: name,
        KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ])
  })
})

describe('The event bus', () => {
  it('is encrypted under the storage key', () => {
    const [bus] = resourcesOf(template, 'AWS::Events::EventBus')

    expect(bus?.[1].Properties.Name).toBe('Sallyport-events')
    expect(flatten(bus?.[1].Properties.KmsKeyIdentifier)).toBe('StorageKey')
  })
})

describe('Keys', () => {
  it('are of the kind that their algorithm wants', () => {
    const { key } = setup()

    expect(key('AssertionsKey')).toMatchObject({ KeySpec: 'RSA_3072', KeyUsage: 'SIGN_VERIFY' })
    expect(key('MessagesKeyRS384')).toMatchObject({ KeySpec: 'RSA_3072' })
    expect(key('MessagesKeyES384')).toMatchObject({ KeySpec: 'ECC_NIST_P384' })
    expect(key('TokensKey')).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  })

  it('rotate where KMS can rotate them', () => {
    const { keys } = setup()
    const rotating = keys.filter(([, { Properties }]) => Properties.EnableKeyRotation === true)

    expect(rotating.map(([id]) => idOf(id))).toEqual(['StorageKey', 'SealingKey', 'AuditLogKey'])
  })

  it('let storage be used through DynamoDB, Secrets Manager and SQS alone, also by an administrator', () => {
    const { key } = setup()
    const statements: readonly KeyStatement[] = key('StorageKey').KeyPolicy.Statement
    const unconditional = statements
      .filter(({ Condition }) => Condition === undefined)
      .flatMap(({ Action }) => Action)
    const services = statements.flatMap(
      ({ Condition }) => Condition?.['StringEquals']?.['kms:ViaService'] ?? [],
    )

    expect(unconditional).toContain('kms:PutKeyPolicy')
    expect(
      unconditional.filter((action) =>
        /\*|Encrypt|Decrypt|GenerateDataKey|CreateGrant/.test(action),
      ),
    ).toEqual([])
    expect(services.map(flatten)).toEqual([
      'dynamodb.AWS::Region.amazonaws.com',
      'secretsmanager.AWS::Region.amazonaws.com',
      'sqs.AWS::Region.amazonaws.com',
    ])
  })

  it('let CloudWatch Logs encrypt the log groups of this stack, and no others', () => {
    const { key } = setup()
    const statements: readonly KeyStatement[] = key('StorageKey').KeyPolicy.Statement
    const forLogs = statements.filter(({ Principal }) => typeof Principal['Service'] === 'object')

    expect(forLogs.map(({ Principal }) => flatten(Principal['Service']))).toEqual([
      'logs.AWS::Region.amazonaws.com',
    ])
    expect(
      forLogs.map(({ Condition }) =>
        flatten(Condition?.['ArnLike']?.['kms:EncryptionContext:aws:logs:arn']),
      ),
    ).toEqual(['arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:Sallyport-*'])
  })

  it('let EventBridge encrypt the events of this stack’s bus, and no others', () => {
    const { key } = setup()
    const statements: readonly KeyStatement[] = key('StorageKey').KeyPolicy.Statement
    const forEvents = statements.filter(
      ({ Principal, Condition }) =>
        Principal['Service'] === 'events.amazonaws.com' &&
        Condition?.['StringEquals'] !== undefined,
    )
    const bus = 'arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/Sallyport-events'

    expect(
      forEvents.map(({ Action, Condition }) => [
        Action,
        Object.entries(Condition?.['StringEquals'] ?? {}).map(([name, value]) => [
          name,
          flatten(value),
        ]),
      ]),
    ).toEqual([
      [
        ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        [
          ['aws:SourceAccount', 'AWS::AccountId'],
          ['aws:SourceArn', bus],
          ['kms:EncryptionContext:aws:events:event-bus:arn', bus],
        ],
      ],
    ])
  })
})

interface KeyStatement {
  readonly Action: readonly string[]
  /** A service by its name, or by an expression where that has the region in it. */
  readonly Principal: Readonly<Record<string, unknown>>
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown[]>>>>
}
