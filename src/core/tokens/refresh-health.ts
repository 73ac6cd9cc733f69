import { recentMap } from '#core/recent-map.ts'
import { circuitBreaker } from './circuit-breaker.ts'
import type { Pace } from './pace.ts'
import type { RefreshAnswer } from './refresh-answer.ts'

/** Failures of a token endpoint in a row before it is spared. */
const MOST_ENDPOINT_FAILURES = 5

/** Connections in memory that fail. */
const MOST_FAILING = 1_000

/** How a connection's renewals go in general, apart from any one session. */
export type HealthChange =
  | { readonly change: 'failing'; readonly reason: 'client_refused' | 'unavailable' }
  | { readonly change: 'recovered' }

/** What one instance knows of token endpoints, and of the connections that use them. */
export interface RefreshHealth {
  /** Seconds to hold off; 0 to go ahead. */
  holdOffSeconds(connection: string, tokenEndpoint: string): number
  /** Notes an answer, and tells whether the connection has begun or ceased to fail with it. */
  note(
    connection: string,
    tokenEndpoint: string,
    answer: Pick<RefreshAnswer, 'kind'> & { readonly retryAfterSeconds?: number },
  ): HealthChange | undefined
}

/**
 * A breaker per token endpoint, for what is out of order there, and one per connection, for a
 * client that is refused: that is configuration, and every session of the connection shares it.
 */
export function refreshHealth(pace: Pick<Pace, 'monotonicMs' | 'random'>): RefreshHealth {
  const endpoints = circuitBreaker(MOST_ENDPOINT_FAILURES, pace)
  const clients = circuitBreaker(1, pace)
  const failing = recentMap<true>(MOST_FAILING)

  function begins(
    connection: string,
    reason: 'client_refused' | 'unavailable',
  ): HealthChange | undefined {
    if (failing.get(connection)) return undefined
    failing.set(connection, true)
    return { change: 'failing', reason }
  }

  return {
    holdOffSeconds: (connection, tokenEndpoint) =>
      clients.holdOffSeconds(connection) || endpoints.holdOffSeconds(tokenEndpoint),

    note(connection, tokenEndpoint, { kind, retryAfterSeconds }) {
      switch (kind) {
        case 'unavailable':
        case 'ambiguous':
          return endpoints.failed(tokenEndpoint, retryAfterSeconds)
            ? begins(connection, 'unavailable')
            : undefined
        case 'client_refused':
          endpoints.succeeded(tokenEndpoint)
          clients.failed(connection, retryAfterSeconds)
          return begins(connection, 'client_refused')
        default: {
          endpoints.succeeded(tokenEndpoint)
          clients.succeeded(connection)
          if (!failing.get(connection)) return undefined
          failing.delete(connection)
          return { change: 'recovered' }
        }
      }
    },
  }
}
