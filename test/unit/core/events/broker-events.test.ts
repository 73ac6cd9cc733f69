import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '#core/events/broker-event.ts'
import { brokerEvents, type EventBus } from '#core/events/broker-events.ts'
import { NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const CREATED = {
  type: 'session.created',
  app: 'heartline',
  connection: 'general-production',
  session: 'session-key-hash',
} as const

function setup(put?: EventBus['put']) {
  const told: BrokerEvent[] = []
  const log = recordingLog()
  const metrics = recordingMetrics()
  const bus = { put: put ?? (async (event: BrokerEvent) => void told.push(event)) }
  return { told, log, metrics, events: brokerEvents({ bus, metrics, log, now: () => NOW }) }
}

describe('events', () => {
  it('say what happened, when, and each under an id of its own', async () => {
    const { told, events } = setup()

    await events.emit(CREATED)
    await events.emit(CREATED)

    expect(told[0]).toEqual({
      ...CREATED,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      occurredAt: '2026-01-01T00:00:00.000Z',
    })
    expect(told[1]?.id).not.toBe(told[0]?.id)
  })

  it('that nobody takes are logged and counted, and end no request', async () => {
    const { log, metrics, events } = setup(async () => {
      throw Object.assign(new Error('secret-looking text'), { name: 'ThrottlingException' })
    })

    await expect(events.emit(CREATED)).resolves.toBeUndefined()
    expect(metrics.measures).toEqual([{ name: 'EventsNotSent', eventType: 'session.created' }])
    expect(log.lines).toEqual([
      {
        level: 'error',
        event: 'event_not_sent',
        fields: {
          eventType: 'session.created',
          app: 'heartline',
          connection: 'general-production',
          errorName: 'ThrottlingException',
        },
      },
    ])
  })
})
