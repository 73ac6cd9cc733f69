import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { dynamodbEndingSessions } from '#adapters/dynamodb/ending-sessions.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import type { Clock } from '#core/time.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import type { Pace } from '#core/tokens/pace.ts'
import { revokeTokens } from '#core/tokens/revoke-tokens.ts'
import { refresherHandler } from '../../../lambdas/refresher/handler.ts'
import { recordingMetrics } from '../recording-metrics.ts'
import type { tokenInstance } from './instance.ts'

/** What an invocation has, of a clock that may stand still. */
const REMAINING_MS = 90_000

/** The refresher of an instance, as its function wires it; to be called with the shards. */
export function instanceRefresher(
  instance: ReturnType<typeof tokenInstance>,
  { now, pace, sessionsTable }: { now: Clock; pace: Pace; sessionsTable: string },
) {
  const { documents, registry, egress, authentication, log } = instance
  const table = { documents, tableName: sessionsTable }
  const discovery = cachedDiscovery({ egress, log, now })
  const handler = refresherHandler({
    ...instance,
    due: dynamodbDueSessions(table),
    endings: dynamodbEndingSessions(table),
    revokeTokens: revokeTokens({ registry, discovery, egress, ...authentication }),
    leases: leaseObserver(pace.monotonicMs),
    events: { emit: async () => undefined },
    metrics: recordingMetrics(),
    now,
    monotonicMs: pace.monotonicMs,
  })
  /** One run over some shards, as a schedule asks for it. */
  return (firstShard: number, lastShard: number, concurrency: number) =>
    handler(
      { firstShard, lastShard, concurrency },
      { getRemainingTimeInMillis: () => REMAINING_MS },
    )
}
