import { describe, expect, it } from 'vitest'
import { WEBHOOK_ATTEMPTS } from '#contract/webhooks.ts'
import { defaultTemplate, flatten, idOf, resourcesOf } from './broker-template.ts'

const RULE =
  'arn:AWS::Partition:events:AWS::Region:AWS::AccountId:rule/Sallyport-events/Sallyport-webhooks'

const template = defaultTemplate()

function setup() {
  const queues = Object.fromEntries(
    resourcesOf(template, 'AWS::SQS::Queue').map(([id, { Properties }]) => [idOf(id), Properties]),
  )
  const policy = resourcesOf(template, 'AWS::SQS::QueuePolicy').find(([id]) =>
    idOf(id).startsWith('WebhookDeliveryQueue'),
  )
  return {
    queue: queues['WebhookDeliveryQueue'],
    deadLetters: queues['WebhookDeliveryDeadLetters'],
    statements: policy?.[1].Properties.PolicyDocument.Statement as readonly {
      readonly Effect: string
      readonly Action: string
      readonly Principal: { readonly Service?: string }
      readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    }[],
    rule: resourcesOf(template, 'AWS::Events::Rule')[0]?.[1].Properties,
    timeout: resourcesOf(template, 'AWS::Lambda::Function').find(
      ([id]) => idOf(id) === 'Webhooks',
    )?.[1].Properties.Timeout,
    mapping: resourcesOf(template, 'AWS::Lambda::EventSourceMapping')[0]?.[1].Properties,
  }
}

describe('Webhooks', () => {
  it('are put into a queue by a rule on the broker’s own events', () => {
    const { rule } = setup()

    expect(rule.EventBusName).toBe('Sallyport-events')
    expect(rule.EventPattern).toEqual({ source: ['sallyport'] })
    expect(rule.Targets.map(({ Arn, InputPath }: never) => [flatten(Arn), InputPath])).toEqual([
      ['WebhookDeliveryQueue', '$.detail'],
    ])
  })

  it('may be put there by this rule alone', () => {
    const { statements } = setup()
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow')

    expect(
      allowed.map(({ Action, Principal, Condition }) => [
        Action,
        Principal.Service,
        flatten(Condition['ArnLike']?.['aws:SourceArn']),
      ]),
    ).toEqual([['sqs:SendMessage', 'events.amazonaws.com', RULE]])
  })

  it('are tried as often as the core waits, and then kept for two weeks, all encrypted', () => {
    const { queue, deadLetters } = setup()

    expect(flatten(queue.RedrivePolicy.deadLetterTargetArn)).toBe('WebhookDeliveryDeadLetters')
    expect(queue.RedrivePolicy.maxReceiveCount).toBe(WEBHOOK_ATTEMPTS)
    expect(deadLetters.MessageRetentionPeriod).toBe(14 * 24 * 3_600)
    expect([queue, deadLetters].map(({ KmsMasterKeyId }) => flatten(KmsMasterKeyId))).toEqual([
      'StorageKey',
      'StorageKey',
    ])
  })

  it('that fail come back one by one, and none while the function has it', () => {
    const { queue, mapping, timeout } = setup()

    expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    expect(flatten(mapping.FunctionName)).toBe('Webhooks')
    expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout)
  })
})
