import { type ConnectionHealth, HEALTH_LIFETIME_SECONDS } from '#core/events/connection-health.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

/** Which connections fail, in memory, for tests. */
export function memoryConnectionHealth(now: Clock): ConnectionHealth {
  const failingUntil = new Map<string, EpochSeconds>()
  const isFailing = (connection: string) => (failingUntil.get(connection) ?? 0) > now()

  return {
    async note(connection, failing) {
      const changes = isFailing(connection) !== failing
      if (changes) failingUntil.set(connection, failing ? now() + HEALTH_LIFETIME_SECONDS : 0)
      return changes
    },
    failingSince: async (connection) => {
      const until = failingUntil.get(connection) ?? 0
      return until > now() ? until - HEALTH_LIFETIME_SECONDS : undefined
    },
  }
}
