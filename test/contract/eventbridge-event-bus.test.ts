import { createServer } from 'node:net'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventBridgeBus } from '#adapters/eventbridge/event-bus.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

const EVENT = {
  type: 'session.ended',
  reason: 'app',
  app: 'heartline',
  connection: 'general-production',
  session: 'session-key-hash',
  id: '4b6f0a3e-0c57-4a53-9a3c-6d1a54c1c001',
  occurredAt: '2026-01-01T00:00:00.000Z',
} as const

async function setup() {
  const aws = await startAwsEndpoint({ eventBuses: ['bus'] })
  onTestFinished(() => aws.close())
  const { endpoint, region } = aws
  const client = new EventBridgeClient({ endpoint, region, credentials: aws.credentials('test') })
  onTestFinished(() => client.destroy())
  return { aws, client }
}

describe('eventBridgeBus', () => {
  it('puts an event whole, under the broker’s name and the event’s type', async () => {
    const { aws, client } = await setup()

    await eventBridgeBus({ client, busName: 'bus' }).put(EVENT)

    expect(aws.events).toEqual([
      expect.objectContaining({
        source: 'sallyport',
        'detail-type': 'session.ended',
        detail: EVENT,
      }),
    ])
  })

  it('rejects where the bus refuses the entry in an answer that is good', async () => {
    const { client } = await setup()

    await expect(eventBridgeBus({ client, busName: 'gone' }).put(EVENT)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  it('rejects in time where EventBridge does not answer', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const client = new EventBridgeClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    })
    onTestFinished(() => client.destroy())

    await expect(
      eventBridgeBus({ client, busName: 'bus', deadlineMs: 50 }).put(EVENT),
    ).rejects.toMatchObject({ name: 'AbortError' })
  })
})
