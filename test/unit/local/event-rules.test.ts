import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, test, vi } from 'vitest'
import { startLocalStack } from '#local/local-stack.ts'
import { startTestStack, type TestStack, writeAssembly } from './assembly.ts'

const Version = '2012-10-17'
/** Says what it got, and fails at whatever asks for it. */
const TAKER = `
export const handler = async ({ Records }) => {
  console.log(JSON.stringify(Records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])))
  const failed = Records.filter(({ body }) => body.includes('bad'))
  if (failed.some(({ body }) => body.includes('crash'))) throw new Error('crash')
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}`
const QUEUE_ARN = { 'Fn::GetAtt': ['Queue', 'Arn'] }
const RULE_ARN = {
  'Fn::Join': [
    ':',
    ['arn:aws:events', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }, 'rule/bus/rule'],
  ],
}

interface Setup {
  readonly pattern?: object
  /** Left out, the queue's policy lets the rule send. */
  readonly ruleArn?: unknown
  /** Left out, the function may read the queue. */
  readonly reads?: boolean
}

function testStack({ pattern, ruleArn = RULE_ARN, reads = true }: Setup = {}): TestStack {
  return {
    functions: { Fn: { code: TAKER } },
    resources: {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: 'queue',
          RedrivePolicy: {
            deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
            maxReceiveCount: 2,
          },
        },
      },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Version,
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sqs:SendMessage',
                Resource: QUEUE_ARN,
                Principal: { Service: 'events.amazonaws.com' },
                Condition: { ArnLike: { 'aws:SourceArn': ruleArn } },
              },
            ],
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'rule',
          EventBusName: 'bus',
          EventPattern: pattern ?? { source: ['me'], detail: { kind: ['a', 'b'] } },
          Targets: [{ Id: 'Queue', Arn: QUEUE_ARN, InputPath: '$.detail' }],
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: QUEUE_ARN,
          FunctionName: { Ref: 'Fn' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      Grants: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'grants',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Version,
            Statement: [
              {
                Effect: 'Allow',
                Action: reads
                  ? ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
                  : ['sqs:GetQueueAttributes'],
                Resource: QUEUE_ARN,
              },
            ],
          },
        },
      },
    },
  }
}

async function setup(options: Setup = {}) {
  const lines: string[] = []
  const stack = await startTestStack(testStack(options), {
    onLog: ({ source, text }) => lines.push(`${source}: ${text}`),
  })
  const client = new EventBridgeClient({
    endpoint: stack.aws.endpoint,
    region: stack.aws.region,
    credentials: stack.operator,
  })
  const put = (detail: object, source = 'me') =>
    client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: 'bus',
            Source: source,
            DetailType: 'thing.done',
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    )
  const logged = (text: string) =>
    vi.waitFor(() => expect(lines.join('\n')).toContain(text), { timeout: 10_000 })
  const actions = () =>
    stack.calls.filter(({ service }) => service === 'sqs').map(({ action }) => action)
  return { stack, lines, put, logged, actions }
}

describe('a rule', () => {
  test('it puts the events that match into its queue, of which a function takes them', async () => {
    const { lines, put, logged, actions } = await setup()
    await put({ kind: 'c', n: 1 })
    await put({ kind: 'a', n: 2 }, 'somebody else')
    await put({ kind: 'b', n: 3 })

    await logged(JSON.stringify(['{"kind":"b","n":3}', '1']))

    expect(lines.join('\n')).not.toMatch(/"n":[12]/)
    await vi.waitFor(() => expect(actions()).toContain('DeleteMessage'))
    expect(actions().filter((action) => action === 'SendMessage')).toHaveLength(1)
  })

  test('it is refused by a queue whose policy names another', async () => {
    const { put, logged, actions } = await setup({ ruleArn: 'arn:aws:events:*:*:rule/bus/other' })
    await put({ kind: 'a' })

    await logged('not authorized to perform: sqs:SendMessage')
    expect(actions()).not.toContain('ReceiveMessage')
  })

  test('it stops the start with a pattern that is not matched here', async () => {
    const assembly = writeAssembly(testStack({ pattern: { source: [{ prefix: 'm' }] } }))

    await expect(startLocalStack({ assembly })).rejects.toThrow(/Rule/)
  })
})

describe('a function that takes from a queue', () => {
  test('it is given again what it failed at, and not what it took; then that is a dead letter', async () => {
    const { stack, lines, put, logged, actions } = await setup()
    await put({ kind: 'a', is: 'bad' })
    await logged('"1"')
    await put({ kind: 'a', is: 'good' })
    await logged('good')

    stack.time.advance(31)
    await logged('"2"')
    stack.time.advance(31)
    const before = actions().length
    await vi.waitFor(() => expect(actions().length).toBeGreaterThan(before))

    expect(lines.filter((line) => line.includes('bad'))).toHaveLength(2)
    expect(lines.filter((line) => line.includes('good'))).toHaveLength(1)
    expect(actions().filter((action) => action === 'DeleteMessage')).toHaveLength(1)
  })

  test('it is given all of a batch again that it crashed at', async () => {
    const { stack, put, logged } = await setup()
    await put({ kind: 'a', is: 'bad crash' })
    await logged('"1"')

    stack.time.advance(31)
    await logged('"2"')
  })

  test('it gets nothing of a queue that its role may not read', async () => {
    const { lines, put, logged } = await setup({ reads: false })
    await put({ kind: 'a' })

    await logged('not authorized to perform: sqs:ReceiveMessage')
    expect(lines.join('\n')).not.toContain('"1"')
  })
})
