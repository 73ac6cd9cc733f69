import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { type LocalStack, startLocalStack } from '#local/local-stack.ts'
import { startTestStack, writeAssembly } from './assembly.ts'

const QUEUE_URL = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/Test-${name}`
const SAYS_ITS_EVENT = `export const handler = async (event) => {
  console.log(JSON.stringify(event))
}`
const FAILS = `export const handler = async () => { throw new TypeError('broken') }`

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] })
const allow = (Action: string | readonly string[], of: string) => ({
  Effect: 'Allow',
  Action,
  Resource: arnOf(of),
})
const INVOKE = allow('lambda:InvokeFunction', 'Fn')
const SEND = allow('sqs:SendMessage', 'Undelivered')
const USE_KEY = allow(['kms:GenerateDataKey', 'kms:Decrypt'], 'Key')
const Version = '2012-10-17'

/** A schedule of a function, with queues under a key for what goes wrong on the way and in it. */
function given({
  code = SAYS_ITS_EVENT,
  roleMay = [INVOKE, SEND, USE_KEY],
  functionMay = [allow('sqs:SendMessage', 'Failed'), USE_KEY],
  schedule = {},
  target = {},
  trusts = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } as object,
  properties = {},
}) {
  const policy = (role: string, Statement: readonly object[]) => ({
    Type: 'AWS::IAM::Policy',
    Properties: {
      PolicyName: role,
      PolicyDocument: { Version, Statement },
      Roles: [{ Ref: role }],
    },
  })
  const queue = {
    Type: 'AWS::SQS::Queue',
    Properties: { KmsMasterKeyId: arnOf('Key'), MessageRetentionPeriod: 1_209_600 },
  }
  const root = { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } }
  return {
    functions: { Fn: { code, properties } },
    resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: {
            Version,
            Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: root }],
          },
        },
      },
      Undelivered: queue,
      Failed: queue,
      FunctionMay: policy('Role', functionMay),
      SchedulerRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version,
            Statement: [
              {
                Effect: 'Allow',
                Action: 'sts:AssumeRole',
                Principal: { Service: 'scheduler.amazonaws.com' },
                Condition: { StringEquals: trusts },
              },
            ],
          },
        },
      },
      SchedulerMay: policy('SchedulerRole', roleMay),
      Asynchronously: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'Fn' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 0,
          MaximumEventAgeInSeconds: 60,
          DestinationConfig: { OnFailure: { Destination: arnOf('Failed') } },
        },
      },
      Every: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ...schedule,
          Target: {
            Arn: arnOf('Fn'),
            RoleArn: arnOf('SchedulerRole'),
            Input: '{"part":1}',
            RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
            DeadLetterConfig: { Arn: arnOf('Undelivered') },
            ...target,
          },
        },
      },
    },
  }
}

async function setup(options: Parameters<typeof given>[0] = {}, runSchedules = false) {
  const lines: string[] = []
  const onLog = ({ text }: { readonly text: string }) => lines.push(text)
  const stack = await startTestStack(given(options), { onLog, runSchedules })
  return { stack, lines }
}

/** What is in a queue, read by the operator through the SDK. */
async function messagesIn(stack: LocalStack, queue: string) {
  const client = new SQSClient({
    endpoint: stack.aws.endpoint,
    region: stack.aws.region,
    credentials: stack.operator,
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  })
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: QUEUE_URL(queue),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: JSON.parse(Body) as Record<string, unknown>,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    ),
  }))
}

describe('a schedule', () => {
  test('it wakes its function with its input, in its role’s name', async () => {
    const { stack, lines } = await setup()

    await stack.tick()

    expect(lines).toEqual(['{"part":1}'])
    expect(stack.calls.filter(({ service }) => service !== 'logs')).toEqual([
      {
        caller: 'Every',
        service: 'lambda',
        action: 'InvokeFunction',
        allowedBy: [expect.objectContaining({ statement: 'SchedulerMay#0' })],
      },
    ])
  })

  test('it runs by the clock where it is told to, and else by hand alone', async () => {
    const clocked = await setup({}, true)
    const byHand = await setup()

    clocked.stack.time.advance(61)
    byHand.stack.time.advance(61)

    await expect.poll(() => clocked.lines, { timeout: 5_000 }).toEqual(['{"part":1}'])
    expect(byHand.lines).toEqual([])
  })

  test('it is not delivered while it is disabled', async () => {
    const { stack, lines } = await setup({ schedule: { State: 'DISABLED' } })

    await stack.tick()

    expect([lines, stack.calls]).toEqual([[], []])
  })

  test('it ends in its dead-letter queue when its role may not invoke the function', async () => {
    const { stack, lines } = await setup({ roleMay: [SEND, USE_KEY] })

    await stack.tick()

    expect(lines).toEqual([])
    expect(await messagesIn(stack, 'Undelivered')).toEqual([
      {
        body: { part: 1 },
        attributes: {
          ERROR_CODE: 'AccessDeniedException',
          ERROR_MESSAGE: expect.stringContaining('lambda:InvokeFunction'),
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: '0',
          SCHEDULED_TIME: expect.stringMatching(/Z$/),
          SCHEDULE_ARN: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/Test-Every',
          TARGET_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:Test-Fn',
        },
      },
    ])
  })

  test('it is tried again as often as its policy says', async () => {
    const { stack } = await setup({
      roleMay: [SEND, USE_KEY],
      target: { RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } },
    })

    await stack.tick()

    expect(stack.calls.map(({ action }) => action)).toEqual([
      'InvokeFunction',
      'InvokeFunction',
      'SendMessage',
    ])
  })

  test.each([
    ['send to the queue', [USE_KEY], 'sqs:SendMessage'],
    ['use the key of the queue', [SEND], 'kms:GenerateDataKey'],
  ])('it is lost, and says so, when its role may not %s', async (_, roleMay, lacks) => {
    const { stack, lines } = await setup({ roleMay })

    await stack.tick()

    expect(lines).toEqual([expect.stringContaining(`not authorized to perform: ${lacks}`)])
    expect(await messagesIn(stack, 'Undelivered')).toEqual([])
  })
})

describe('an event left to Lambda', () => {
  test('it ends in the failure destination when the function throws, and is not repeated', async () => {
    const { stack } = await setup({ code: FAILS })

    await stack.tick()

    expect(await messagesIn(stack, 'Failed')).toEqual([
      {
        attributes: {},
        body: {
          version: '1.0',
          timestamp: expect.stringMatching(/Z$/),
          requestContext: {
            requestId: expect.any(String),
            functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Test-Fn:$LATEST',
            condition: 'RetriesExhausted',
            approximateInvokeCount: 1,
          },
          requestPayload: { part: 1 },
          responseContext: {
            statusCode: 200,
            executedVersion: '$LATEST',
            functionError: 'Unhandled',
          },
          responsePayload: expect.objectContaining({
            errorType: 'TypeError',
            errorMessage: 'broken',
          }),
        },
      },
    ])
  })

  test('it ends there too when the function has no room for it in time', async () => {
    const { stack } = await setup({ properties: { ReservedConcurrentExecutions: 0 } })

    const ticked = stack.tick()
    await expect.poll(() => stack.calls.length).toBe(1)
    stack.time.advance(61)
    await ticked

    const [failure] = await messagesIn(stack, 'Failed')
    expect(failure?.body['requestContext']).toMatchObject({
      condition: 'EventAgeExceeded',
      approximateInvokeCount: 0,
    })
  })

  test('it is lost, and says so, when the function’s role may not send there', async () => {
    const { stack, lines } = await setup({ code: FAILS, functionMay: [USE_KEY] })

    await stack.tick()

    expect(lines.at(-1)).toContain('not authorized to perform: sqs:SendMessage')
    expect(await messagesIn(stack, 'Failed')).toEqual([])
  })
})

describe('the start', () => {
  test.each<[string, Parameters<typeof given>[0], RegExp]>([
    ['a cron expression', { schedule: { ScheduleExpression: 'cron(0 * * * ? *)' } }, /^Every: /],
    ['a window', { schedule: { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } } }, /^Every: /],
    ['an end', { schedule: { EndDate: '2030-01-01T00:00:00Z' } }, /^Every: /],
    ['a context attribute', { target: { Input: '"<aws.scheduler.scheduled-time>"' } }, /^Every: /],
    ['a foreign target', { target: { Arn: 'arn:aws:sqs:us-east-1:1:other' } }, /^Every: /],
    ['a foreign queue', { target: { DeadLetterConfig: { Arn: 'arn:x' } } }, /^Every: /],
    [
      'a role that trusts another account',
      { trusts: { 'aws:SourceAccount': '999999999999' } },
      /^Every: EventBridge Scheduler may not take on SchedulerRole/,
    ],
  ])('it stops at a schedule with %s', async (_, options, message) => {
    const assembly = writeAssembly(given(options))

    await expect(startLocalStack({ assembly })).rejects.toThrow(message)
  })
})
