import { StandardRetryStrategy } from '@smithy/core/retry'
import type { Metrics } from '#core/metrics.ts'
import { powertoolsMetrics } from './powertools/metrics.ts'

const MOST_ATTEMPTS = 3

/**
 * What every AWS client of a function is made with, for the service named.
 *
 * The SDK by itself waits for ever. With these limits a call that hangs fails and is repeated well
 * within the time that a function has for its store (4 seconds); every write of ours recognizes its
 * own repetition. Calls that the service put off are counted.
 */
export function awsClient(awsService: string, metrics: Metrics = powertoolsMetrics()) {
  return {
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
    retryStrategy: new CountingRetries(() => metrics.add({ name: 'AwsThrottles', awsService })),
  }
}

/** The SDK's own strategy, which tells of each attempt that was put off, the last one too. */
class CountingRetries extends StandardRetryStrategy {
  readonly #onThrottled: () => void

  constructor(onThrottled: () => void) {
    super(MOST_ATTEMPTS)
    this.#onThrottled = onThrottled
  }

  override refreshRetryTokenForRetry(
    ...[token, error]: Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>
  ) {
    if (error.errorType === 'THROTTLING') this.#onThrottled()
    return super.refreshRetryTokenForRetry(token, error)
  }
}
