import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AwsEndpointOptions, startAwsEndpoint } from '#local/aws-endpoint.ts'

const THINGS = {
  TableName: 'things',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  timeToLive: 'expiresAt',
}

async function setup(options: AwsEndpointOptions = {}) {
  const aws = await startAwsEndpoint({ tables: [THINGS], ...options })
  onTestFinished(() => aws.close())
  const config = { endpoint: aws.endpoint, region: aws.region, maxAttempts: 1 }
  const dynamoDb = new DynamoDBClient({ ...config, credentials: aws.credentials('operator') })
  return { aws, config, dynamoDb }
}

describe('the AWS endpoint', () => {
  test('it gives the item of a failed condition', async () => {
    const { dynamoDb } = await setup()
    const put = (by: string) =>
      dynamoDb.send(
        new PutItemCommand({
          TableName: 'things',
          Item: { id: { S: 'a' }, by: { S: by } },
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
    await put('first')

    await expect(put('second')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { id: { S: 'a' }, by: { S: 'first' } },
    })
  })

  test('it gives no item when none was there to fail on', async () => {
    const { dynamoDb } = await setup()
    const failure = await dynamoDb
      .send(
        new PutItemCommand({
          TableName: 'things',
          Item: { id: { S: 'a' } },
          ConditionExpression: 'attribute_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((error: unknown) => error)

    expect(failure).toMatchObject({ name: 'ConditionalCheckFailedException' })
    expect(failure).not.toHaveProperty('Item.id')
  })

  test('it deletes what has expired, and only that', async () => {
    const { aws, dynamoDb } = await setup()
    const now = Math.floor(Date.now() / 1000)
    for (const [id, expiresAt] of [
      ['old', now - 60],
      ['new', now + 60],
    ] as const) {
      const Item = { id: { S: id }, expiresAt: { N: String(expiresAt) } }
      await dynamoDb.send(new PutItemCommand({ TableName: 'things', Item }))
    }

    expect(await aws.expireItems()).toBe(1)
    const read = (id: string) =>
      dynamoDb.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: id } } }))
    expect((await read('old')).Item).toBeUndefined()
    expect((await read('new')).Item).toBeDefined()
  })

  test('it records each call with its caller', async () => {
    const { aws, dynamoDb } = await setup()
    await dynamoDb.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } }))

    expect(aws.calls).toEqual([
      { caller: 'operator', service: 'dynamodb', action: 'GetItem', allowedBy: [] },
    ])
  })

  test('it refuses an unknown access key', async () => {
    const { config } = await setup()
    const stranger = new DynamoDBClient({
      ...config,
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'secret' },
    })

    await expect(
      stranger.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
  })

  test('it refuses a known access key with another secret', async () => {
    const { aws, config } = await setup()
    const { accessKeyId } = aws.credentials('operator')
    const thief = new DynamoDBClient({
      ...config,
      credentials: { accessKeyId, secretAccessKey: 'guessed' },
    })

    await expect(
      thief.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } })),
    ).rejects.toMatchObject({ name: 'InvalidSignatureException' })
  })

  test('it refuses an operation that it does not serve', async () => {
    const { aws, config } = await setup()
    const kms = new KMSClient({ ...config, credentials: aws.credentials('operator') })

    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    })
  })

  test('it refuses a parameter that it would have to pass over', async () => {
    const { dynamoDb } = await setup()

    await expect(
      dynamoDb.send(
        new GetItemCommand({
          TableName: 'things',
          Key: { id: { S: 'a' } },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      ),
    ).rejects.toThrow(/does not serve ReturnConsumedCapacity/)
  })
})

describe('whoever is told of a call', () => {
  const Item = { id: { S: 'a' } }
  const put = new PutItemCommand({ TableName: 'things', Item })
  const read = new GetItemCommand({ TableName: 'things', Key: Item })

  test('it sees the call before and after, with who made it and with what', async () => {
    const seen: unknown[] = []
    const { aws, config } = await setup({ onCall: (...told) => void seen.push(told) })
    const credentials = aws.credentials('Fn', 'instance-1')
    await new DynamoDBClient({ ...config, credentials }).send(put)

    const call = {
      caller: 'Fn',
      instance: 'instance-1',
      service: 'dynamodb',
      action: 'PutItem',
      input: { TableName: 'things', Item },
    }
    expect(seen).toEqual([
      [call, 'before'],
      [call, 'after'],
    ])
  })

  test.each([
    ['before', undefined],
    ['after', Item],
  ] as const)('it can lose one %s it is served', async (when, kept) => {
    const { dynamoDb } = await setup({
      onCall: ({ action }, moment) => {
        if (action === 'PutItem' && moment === when) throw new Error('lost')
      },
    })

    await expect(dynamoDb.send(put)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await dynamoDb.send(read)).Item).toEqual(kept)
  })
})
