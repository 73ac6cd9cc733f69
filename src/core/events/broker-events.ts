import { randomUUID } from 'node:crypto'
import type { EventLog } from '#core/event-log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Clock } from '#core/time.ts'
import type { BrokerEvent, Happening } from './broker-event.ts'

/** Where events go, for whoever listens. */
export interface EventBus {
  /** Puts one event; rejects if the bus did not take it, within a bounded time. */
  put(event: BrokerEvent): Promise<void>
}

/** Tells the app and its operators what happens to sessions and connections. */
export interface BrokerEvents {
  /**
   * Tells of a happening. To be awaited before the handler returns, because Lambda freezes then.
   * Never rejects: what happened has happened, and an event that nobody takes is logged and counted.
   */
  emit(happening: Happening): Promise<void>
}

export interface BrokerEventsDeps {
  readonly bus: EventBus
  readonly metrics: Metrics
  readonly log: EventLog
  readonly now: Clock
}

export function brokerEvents({ bus, metrics, log, now }: BrokerEventsDeps): BrokerEvents {
  return {
    async emit(happening) {
      const { type, app, connection } = happening
      try {
        const occurredAt = new Date(now() * 1000).toISOString()
        await bus.put({ ...happening, id: randomUUID(), occurredAt })
      } catch (error) {
        const errorName = error instanceof Error ? error.name : typeof error
        metrics.add({ name: 'EventsNotSent', eventType: type })
        log.error('event_not_sent', { eventType: type, app, connection, errorName })
      }
    },
  }
}
