import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { sessionKey, verifyWebhook } from '#client/index.ts'
import { WEBHOOK_ATTEMPTS } from '#contract/webhooks.ts'
import { plainBrowser } from '../support/browser.ts'
import type { WebhookSeen } from '../support/fake-app.ts'
import { givenBroker, WEBHOOK_SECRET } from './given-broker.ts'

const broker = await givenBroker({ webhook: { events: ['session.created', 'session.ended'] } })
afterAll(() => broker.close())

const WAIT = { timeout: 20_000, interval: 50 }
const take = (seen: WebhookSeen) =>
  verifyWebhook(seen, { secret: WEBHOOK_SECRET, now: () => Date.now() })

/** What came for a session, each try of it. */
async function about(session: string) {
  const key = await sessionKey(session)
  return broker.app.webhooks.filter(({ body }) => JSON.parse(body).session === key)
}

async function signOn() {
  const { message } = await broker.signOn(plainBrowser())
  return message.body.Meta.SessionID
}

let failures = 0
/** Has the app fail with whatever it is sent. */
function failWith(status: number, headers = {}) {
  broker.app.answerWebhooks((response) => {
    failures += 1
    response.writeHead(status, headers).end()
  })
}

/** How often the function has said when an event is to come again. */
const rests = () =>
  broker.stack.calls.filter(({ action }) => action === 'ChangeMessageVisibility').length

/** The next attempt, at whatever time it is to be. */
async function nextAttempt(session: string) {
  const before = (await about(session)).length
  await vi.waitFor(() => expect(rests()).toBe(failures), WAIT)
  // Longer than the longest rest, its jitter included.
  broker.stack.time.advance(10 * 3_600)
  await vi.waitFor(async () => expect((await about(session)).length).toBe(before + 1), WAIT)
}

async function deadLetters(): Promise<readonly string[]> {
  const { endpoint, region } = broker.stack.aws
  const client = new SQSClient({
    endpoint,
    region,
    credentials: broker.stack.operator,
    useQueueUrlAsEndpoint: false,
  })
  const QueueUrl = broker.stack.outputs['WebhookDeadLettersUrl'] ?? ''
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  )
  client.destroy()
  return Messages.map(({ Body }) => Body ?? '')
}

describe('the app’s webhook', () => {
  it('gets what happens to its sessions, once each, and can trust it', async () => {
    const session = await signOn()
    await broker.api('/session', { session, method: 'DELETE' })

    await vi.waitFor(async () => expect(await about(session)).toHaveLength(2), WAIT)
    const events = await Promise.all((await about(session)).map(take))

    const common = { app: 'heartline', connection: 'general-development' }
    expect(events.toSorted((one, other) => one.type.localeCompare(other.type))).toMatchObject([
      { type: 'session.created', session: await sessionKey(session), ...common },
      { type: 'session.ended', reason: 'app', ...common },
    ])
    const onBus = broker.stack.events.map(({ detail }) => detail['id'])
    for (const { id } of events) expect(onBus).toContain(id)
    expect(JSON.stringify(broker.app.webhooks)).not.toContain(session)
    expect(JSON.stringify(broker.app.webhooks)).not.toContain('pat-1')
  })

  it('gets an event again, under the same id and signed anew, until it takes it', async () => {
    failWith(503)
    const session = await signOn()
    await vi.waitFor(async () => expect(await about(session)).toHaveLength(1), WAIT)
    const [first] = await about(session)
    const firstEvent = await take(first as WebhookSeen)

    await nextAttempt(session)
    broker.app.answerWebhooks((response) => response.writeHead(204).end())
    await nextAttempt(session)
    const attempts = await about(session)
    const last = attempts.at(-1) as WebhookSeen

    expect(await take(last)).toEqual(firstEvent)
    expect(last.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
    await expect(take(first as WebhookSeen)).rejects.toMatchObject({ code: 'webhook_expired' })
    // Another one comes through behind it, and it does not come again.
    broker.stack.time.advance(24 * 3_600)
    const another = await signOn()
    await vi.waitFor(async () => expect(await about(another)).toHaveLength(1), WAIT)
    expect(await about(session)).toHaveLength(3)
  })

  it('that never takes an event is tried as often as was said, and then it is a dead letter', async () => {
    failWith(302, { location: `${broker.app.origin}/elsewhere` })
    const session = await signOn()
    await vi.waitFor(async () => expect(await about(session)).toHaveLength(1), WAIT)
    for (let attempt = 2; attempt <= WEBHOOK_ATTEMPTS; attempt += 1) await nextAttempt(session)

    const key = await sessionKey(session)
    await vi.waitFor(async () => {
      expect((await deadLetters()).filter((letter) => letter.includes(key))).toHaveLength(1)
    }, WAIT)
    expect(await about(session)).toHaveLength(WEBHOOK_ATTEMPTS)
    expect(await deadLetters()).not.toContainEqual(expect.stringContaining(session))
    broker.app.answerWebhooks((response) => response.writeHead(204).end())
  })

  it('is reached through a queue that just the rule fills and the function empties', async () => {
    const queueCalls = broker.stack.calls.filter(({ service }) => service === 'sqs')
    const callers = new Set(
      queueCalls.map(({ caller, action }) => `${caller.replace(/[0-9A-F]{8}$/, '')} ${action}`),
    )

    expect([...callers].filter((one) => !one.startsWith('operator')).toSorted()).toEqual([
      'WebhookDeliveryRule SendMessage',
      'Webhooks ChangeMessageVisibility',
      'Webhooks DeleteMessage',
      'Webhooks GetQueueAttributes',
      'Webhooks ReceiveMessage',
    ])
  })
})
