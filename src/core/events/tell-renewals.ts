import type { Metrics } from '#core/metrics.ts'
import type { Registry } from '#core/registry/registry.ts'
import { isSystemTokens } from '#core/system-access/system-tokens-row.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'
import type { RefreshObserver } from '#core/tokens/refresh-observer.ts'
import type { BrokerEvents } from './broker-events.ts'
import type { ConnectionHealth } from './connection-health.ts'

/** How long an instance goes by what it last read of a connection's health. */
const HEALTH_SECONDS = 60

/** Far more connections than one instance meets; a bound all the same. */
const MOST_CONNECTIONS = 1_000

export interface TellRenewalsDeps {
  readonly events: BrokerEvents
  readonly health: ConnectionHealth
  readonly registry: Pick<Registry, 'findApp' | 'findConnection'>
  readonly metrics: Metrics
  readonly now: Clock
}

/**
 * Tells the app and its operators of renewals, and counts them. Each instance sees a connection fail
 * and recover by itself; whichever notes it first tells of it, and the others do not. A connection
 * also recovers by a renewal in an instance that never saw it fail.
 */
export function tellRenewals(deps: TellRenewalsDeps): RefreshObserver {
  const { events, health, registry, metrics, now } = deps
  const failing = timedCache<boolean>({
    now,
    lifetimeSeconds: () => HEALTH_SECONDS,
    maxEntries: MOST_CONNECTIONS,
  })

  async function recovered(connection: string): Promise<void> {
    const app = (await registry.findConnection(connection))?.app
    if (app === undefined || !(await health.note(connection, false))) return
    await events.emit({ type: 'connection.recovered', app, connection })
  }

  return {
    async tell(happened) {
      const { connection } = happened
      switch (happened.event) {
        case 'session.refreshed': {
          const { app, session } = happened
          if (
            await failing.read(
              connection,
              async () => (await health.failingSince(connection)) !== undefined,
            )
          ) {
            await failing.read(connection, async () => false, { fresh: true })
            await recovered(connection)
          }
          if (isSystemTokens(session)) return
          const wanted = (await registry.findApp(app))?.webhook?.events ?? []
          if (!wanted.includes('session.refreshed')) return
          return events.emit({ type: 'session.refreshed', app, connection, session })
        }
        case 'session.reauthorization-required': {
          const { app, session, reason } = happened
          const type = 'session.reauthorization-required'
          return events.emit({ type, app, connection, session, reason })
        }
        case 'connection.failing': {
          const app = (await registry.findConnection(connection))?.app
          if (app === undefined || !(await health.note(connection, true))) return
          await events.emit({ type: happened.event, app, connection, reason: happened.reason })
          return
        }
        case 'connection.recovered':
          return recovered(connection)
      }
    },

    count(counted, connection) {
      switch (counted.count) {
        case 'refreshes':
          return metrics.add({ name: 'Refreshes', connection, outcome: counted.outcome })
        case 'waits':
          return metrics.add({ name: 'RefreshWaits', connection })
        case 'take-overs':
          return metrics.add({ name: 'RefreshTakeOvers', connection })
        case 'second-path-uses':
          return metrics.add({ name: 'SecondPathUses', connection })
      }
    },
  }
}
