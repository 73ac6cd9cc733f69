import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

const ENTRY = { EventBusName: 'bus', Source: 'me', DetailType: 'thing.done', Detail: '{"a":1}' }

async function setup() {
  const aws = await startAwsEndpoint({ eventBuses: ['bus'] })
  onTestFinished(() => aws.close())
  const client = new EventBridgeClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
    maxAttempts: 1,
  })
  const put = (...entries: object[]) =>
    client.send(new PutEventsCommand({ Entries: entries.map((one) => ({ ...ENTRY, ...one })) }))
  return { aws, put }
}

describe('EventBridge', () => {
  test('it takes an event, by the bus’s name or ARN, and puts it into the envelope', async () => {
    const { aws, put } = await setup()

    const { Entries, FailedEntryCount } = await put(
      { Time: new Date(1_767_225_600_000) },
      { EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/bus', Resources: ['r'] },
    )

    expect(FailedEntryCount).toBe(0)
    expect(aws.events).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'thing.done',
        source: 'me',
        account: '000000000000',
        time: '2026-01-01T00:00:00Z',
        region: 'us-east-1',
        resources: [],
        detail: { a: 1 },
      },
      expect.objectContaining({ resources: ['r'] }),
    ])
  })

  test('it refuses an entry and takes the others', async () => {
    const { aws, put } = await setup()

    const { Entries, FailedEntryCount } = await put(
      { Detail: 'no JSON' },
      { Detail: '[]' },
      { EventBusName: 'another' },
      {},
    )

    expect(FailedEntryCount).toBe(3)
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'ResourceNotFoundException',
      undefined,
    ])
    expect(aws.events).toHaveLength(1)
  })

  test('it refuses a parameter that it would have to pass over', async () => {
    const { put } = await setup()

    await expect(put({ TraceHeader: 'Root=1' })).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })
})
