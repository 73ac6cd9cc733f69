import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { EgressOptions } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventType } from '#core/events/broker-event.ts'
import { deliverWebhook } from '#core/webhooks/deliver-webhook.ts'
import { anApp, aRegistry, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const SECRET = `whsec_${Buffer.from('a webhook secret of 32 bytes ...').toString('base64')}`
const EVENT = {
  id: 'event-1',
  type: 'session.ended',
  occurredAt: '2026-01-01T00:00:00.000Z',
  app: 'heartline',
  connection: 'general-production',
  session: 'session-key-hash',
} as const

interface Setup {
  readonly answer?: () => Response
  readonly events?: readonly EventType[]
  readonly secrets?: Readonly<Record<string, readonly string[]>>
}

function setup({
  answer = () => new Response(null, { status: 204 }),
  events,
  secrets = { heartline: [SECRET] },
}: Setup = {}) {
  const sent: { url: string; init: RequestInit; options: EgressOptions }[] = []
  const log = recordingLog()
  const metrics = recordingMetrics()
  const webhook = {
    url: 'https://hooks.heartline.example:8443/sallyport?tenant=7',
    secretRef: 'heartline',
    ...(events && { events }),
  }
  const deps = {
    registry: aRegistry({ apps: [anApp({ webhook }), anApp({ id: 'quiet' })] }),
    secrets: memorySecretReader(secrets),
    egress: async (url: string | URL, init: RequestInit = {}, options: EgressOptions = {}) => {
      sent.push({ url: String(url), init, options })
      return answer()
    },
    metrics,
    log,
    now: () => NOW,
  }
  return {
    sent,
    log,
    metrics,
    deliver: (changed: object = {}) => deliverWebhook({ ...EVENT, ...changed }, 3, deps),
  }
}

describe('a webhook', () => {
  it('is posted to its registered host alone, signed, with the event’s id', async () => {
    const { sent, log, metrics, deliver } = setup()

    expect(await deliver()).toEqual({ kind: 'delivered' })

    const [request] = sent
    const headers = request?.init.headers as Record<string, string>
    const body = String(request?.init.body)
    expect(request).toMatchObject({
      url: 'https://hooks.heartline.example:8443/sallyport?tenant=7',
      init: { method: 'POST' },
      options: { hosts: ['hooks.heartline.example:8443'], timeoutMs: 10_000 },
    })
    expect(JSON.parse(body)).toEqual(EVENT)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'event-1',
      'webhook-timestamp': String(NOW),
      'webhook-signature': new Webhook(SECRET).sign('event-1', new Date(NOW * 1000), body),
    })
    expect(metrics.measures).toEqual([
      { name: 'WebhookDeliveries', app: 'heartline', outcome: 'delivered' },
    ])
    expect(log.lines).toEqual([
      {
        level: 'info',
        event: 'webhook_delivered',
        fields: { eventType: 'session.ended', app: 'heartline', attempt: 3, status: 204 },
      },
    ])
  })

  it.each([
    ['an app that has none', undefined, { app: 'quiet' }],
    ['an app that is no more', undefined, { app: 'gone' }],
    ['a type that the app did not list', ['session.created'] as const, {}],
    ['each renewal, unless it is listed', undefined, { type: 'session.refreshed' }],
  ])('is not posted for %s', async (_, events, changed) => {
    const { sent, deliver } = setup({ ...(events && { events }) })

    expect(await deliver(changed)).toEqual({ kind: 'not_wanted' })
    expect(sent).toEqual([])
  })

  it('is posted for each renewal where that is listed', async () => {
    const { deliver } = setup({ events: ['session.refreshed'] })

    expect(await deliver({ type: 'session.refreshed' })).toEqual({ kind: 'delivered' })
  })

  it.each([302, 400, 401, 410, 500])('is to be tried again after %d', async (status) => {
    const { log, metrics, deliver } = setup({ answer: () => new Response(null, { status }) })

    expect(await deliver()).toEqual({ kind: 'failed' })
    expect(metrics.measures).toEqual([
      { name: 'WebhookDeliveries', app: 'heartline', outcome: 'failed' },
    ])
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'webhook_failed',
        fields: {
          eventType: 'session.ended',
          app: 'heartline',
          attempt: 3,
          host: 'hooks.heartline.example:8443',
          status,
        },
      },
    ])
  })

  it('is to be tried again when the app asks for it', async () => {
    const headers = { 'retry-after': '90' }
    const { deliver } = setup({ answer: () => new Response(null, { status: 503, headers }) })

    expect(await deliver()).toEqual({ kind: 'failed', retryAfterSeconds: 90 })
  })

  it('is to be tried again when its host is not reached, or may not be', async () => {
    for (const code of ['upstream_unavailable', 'upstream_timeout', 'upstream_refused'] as const) {
      const { log, deliver } = setup({
        answer: () => {
          throw new BrokerError(code, { detail: { reason: 'address' } })
        },
      })

      expect(await deliver()).toEqual({ kind: 'failed' })
      expect(log.lines[0]?.fields).toMatchObject({ code, reason: 'address' })
    }
  })

  it('is never posted unsigned: without a good secret it waits for one', async () => {
    for (const secrets of [{}, { heartline: ['not a webhook secret'] }]) {
      const { sent, log, deliver } = setup({ secrets })

      expect(await deliver()).toEqual({ kind: 'failed' })
      expect(sent).toEqual([])
      expect(log.lines[0]?.fields).toMatchObject({ reason: 'secret_missing' })
    }
  })
})
