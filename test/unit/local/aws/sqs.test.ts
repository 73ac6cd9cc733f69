import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/letters'
const LETTERS = {
  url: QueueUrl,
  arn: 'arn:aws:sqs:us-east-1:000000000000:letters',
  visibilityTimeout: 30,
  retentionPeriod: 60,
}

async function setup() {
  const aws = await startAwsEndpoint({ queues: [LETTERS] })
  onTestFinished(() => aws.close())
  const client = new SQSClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('operator'),
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  })
  const sendBody = (MessageBody: string) =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody }))
  const receive = async (options: { readonly VisibilityTimeout?: number } = {}) => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...options })
    return (await client.send(command)).Messages ?? []
  }
  return { client, sendBody, receive }
}

describe('a queue', () => {
  test('it gives what was sent, under checksums that the SDK accepts', async () => {
    const { client } = await setup()
    const MessageAttributes = {
      WHY: { DataType: 'String', StringValue: 'héllo' },
      COUNT: { DataType: 'Number', StringValue: '3' },
    }
    await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'a lettre ☃', MessageAttributes }),
    )

    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['WHY'] }),
    )

    expect(Messages).toMatchObject([
      { Body: 'a lettre ☃', MessageAttributes: { WHY: MessageAttributes.WHY } },
    ])
    expect(Object.keys(Messages?.[0]?.MessageAttributes ?? {})).toEqual(['WHY'])
  })

  test('it hides what was received for a while, and forgets what was deleted', async () => {
    const { client, sendBody, receive } = await setup()
    await sendBody('one')

    const [first] = await receive({ VisibilityTimeout: 0 })
    const [again] = await receive()
    expect([first?.Body, again?.Body]).toEqual(['one', 'one'])
    expect(await receive()).toEqual([])

    const ReceiptHandle = again?.ReceiptHandle
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
    vi.setSystemTime(Date.now() + 31_000)
    onTestFinished(() => void vi.useRealTimers())
    expect(await receive()).toEqual([])
  })

  test('it gives what was received and not deleted to the next one, until it is too old', async () => {
    const { sendBody, receive } = await setup()
    await sendBody('one')
    await receive()
    onTestFinished(() => void vi.useRealTimers())

    vi.setSystemTime(Date.now() + 31_000)
    expect(await receive({ VisibilityTimeout: 0 })).toHaveLength(1)
    vi.setSystemTime(Date.now() + 30_000)
    expect(await receive()).toEqual([])
  })

  test('it refuses a queue that is not there, and what it does not serve', async () => {
    const { client } = await setup()
    const elsewhere = new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}-2` })

    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
  })
})
