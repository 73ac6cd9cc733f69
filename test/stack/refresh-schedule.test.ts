import { describe, expect, it } from 'vitest'
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { shardRanges } from '../../lib/constructs/refresh-schedule.ts'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const template = defaultTemplate()

function setup() {
  const properties = (type: string) =>
    resourcesOf(template, type).map(([id, { Properties }]) => [idOf(id), Properties] as const)
  return {
    schedules: properties('AWS::Scheduler::Schedule').map(([, schedule]) => schedule),
    queues: properties('AWS::SQS::Queue'),
    queuePolicies: properties('AWS::SQS::QueuePolicy').map(([, policy]) => policy),
    invocations: properties('AWS::Lambda::EventInvokeConfig').map(([, config]) => config),
    role: properties('AWS::IAM::Role').find(([id]) => id === 'RefreshScheduleRole')?.[1],
    refresher: properties('AWS::Lambda::Function').find(([id]) => id === 'Refresher')?.[1],
  }
}

/** The shards of a range, one by one. */
function shardsOf({ firstShard, lastShard }: { firstShard: number; lastShard: number }) {
  return Array.from({ length: lastShard - firstShard + 1 }, (_, index) => firstShard + index)
}

const ALL_SHARDS = Array.from({ length: SESSIONS_TABLE.dueIndex.shards }, (_, shard) => shard)

describe('The schedules', () => {
  it('wake the refresher every minute, on the minute', () => {
    const { schedules } = setup()

    expect(schedules).toHaveLength(2)
    for (const { State, ScheduleExpression, FlexibleTimeWindow, Target } of schedules) {
      expect(State).not.toBe('DISABLED')
      expect([ScheduleExpression, FlexibleTimeWindow]).toEqual(['rate(1 minute)', { Mode: 'OFF' }])
      expect(flatten(Target.Arn)).toBe('Refresher')
    }
  })

  it('own each shard once between them', () => {
    const { schedules } = setup()
    const owned = schedules.flatMap(({ Target }) => shardsOf(JSON.parse(Target.Input)))

    expect(owned).toEqual(ALL_SHARDS)
    expect(schedules.map(({ Target }) => JSON.parse(Target.Input).concurrency)).toEqual([50, 50])
  })

  it('can be any number up to that of the shards, and still own each once', () => {
    for (const count of ALL_SHARDS.map((shard) => shard + 1)) {
      const ranges = shardRanges(count)
      expect(ranges).toHaveLength(count)
      expect(ranges.flatMap(shardsOf)).toEqual(ALL_SHARDS)
    }
    for (const count of [0, 17, 1.5]) expect(() => shardRanges(count)).toThrow('shards')
  })

  it('deliver nothing a second time or late, and put aside what they cannot deliver', () => {
    const { schedules } = setup()

    for (const { Target } of schedules) {
      expect(Target.RetryPolicy).toEqual({
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      })
      expect(flatten(Target.DeadLetterConfig.Arn)).toBe('RefreshScheduleUndelivered')
    }
  })

  it('have a role that EventBridge Scheduler takes on for them alone', () => {
    const { role } = setup()
    const [statement, ...more] = role.AssumeRolePolicyDocument.Statement

    expect(more).toEqual([])
    expect(statement.Principal).toEqual({ Service: 'scheduler.amazonaws.com' })
    expect(flatten(statement.Condition.StringEquals['aws:SourceAccount'])).toBe('AWS::AccountId')
    expect(flatten(statement.Condition.StringEquals['aws:SourceArn'])).toBe('RefreshScheduleGroup')
  })
})

describe('The refresher', () => {
  it('is not invoked again for an event that failed, which is put aside', () => {
    const { invocations } = setup()

    expect(invocations).toHaveLength(1)
    for (const invocation of invocations) {
      expect(flatten(invocation.FunctionName)).toBe('Refresher')
      expect(flatten(invocation.DestinationConfig.OnFailure.Destination)).toBe(
        'RefreshScheduleFailed',
      )
      expect(invocation).toMatchObject({
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      })
    }
  })

  it('has room for each schedule’s run while the one before it ends, and for no more', () => {
    const { refresher, schedules } = setup()

    expect(refresher.ReservedConcurrentExecutions).toBe(2 * schedules.length)
  })
})

describe('The queues', () => {
  it('keep what failed for fourteen days, under the storage key', () => {
    const { queues } = setup()

    const failures = queues.filter(([id]) => id !== 'WebhookDeliveryQueue')

    expect(failures.map(([id]) => id)).toEqual([
      'RefreshScheduleUndelivered',
      'RefreshScheduleFailed',
      'WebhookDeliveryDeadLetters',
    ])
    for (const [, { MessageRetentionPeriod, KmsMasterKeyId }] of failures) {
      expect([MessageRetentionPeriod, flatten(KmsMasterKeyId)]).toEqual([1_209_600, 'StorageKey'])
    }
  })

  it('refuse whoever comes without TLS', () => {
    const { queuePolicies, queues } = setup()

    expect(queuePolicies).toHaveLength(queues.length)
    for (const { PolicyDocument } of queuePolicies) {
      expect(PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
    }
  })
})
