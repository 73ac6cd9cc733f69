import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { KMSClient } from '@aws-sdk/client-kms'
import { createEgress } from '#adapters/egress/egress.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { memoryDueSessions } from '#adapters/memory/due-sessions.ts'
import { memoryEndingSessions } from '#adapters/memory/ending-sessions.ts'
import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { sweep } from '#core/refresher/sweep.ts'
import { Secret } from '#core/secret.ts'
import { systemClock as now } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'
import { aConnection, aRegistration, aRegistry, aSession } from '../test/fixtures.ts'
import { recordingLog } from '../test/support/recording-log.ts'
import { recordingMetrics } from '../test/support/recording-metrics.ts'

export interface RenewDueOptions {
  readonly due: number
  readonly concurrency: number
  /** What the authorization server takes for each answer. */
  readonly upstreamMs: number
}

/**
 * One run of the refresher over rows in memory, so that what is measured is no database; the grant
 * goes over HTTP to another thread, each on a connection of its own, and tokens are opened and sealed.
 */
export async function renewDue({ due, concurrency, upstreamMs }: RenewDueOptions) {
  const worker = new Worker(new URL('./refresh-upstream.ts', import.meta.url), {
    workerData: { delayMs: upstreamMs },
  })
  const [tokenEndpoint] = (await once(worker, 'message')) as [string]
  const keyId = randomUUID()
  const aws = await startAwsEndpoint({ keys: [{ keyId, spec: 'SYMMETRIC_DEFAULT' }] })
  try {
    const { endpoint, region } = aws
    const kms = new KMSClient({ endpoint, region, credentials: aws.credentials('bench') })
    const keyArns = [`arn:aws:kms:${region}:000000000000:key/${keyId}`] as const
    const rows = memorySessionStore()
    const sealing = kmsTokenVault({ kms, keyArns })
    const endedAt = now() - 1
    for (let index = 0; index < due; index += 1) {
      const row = aSession({ id: `a-${index}`, expiresAt: now() + 43_200, lastUsedAt: now() })
      const { id, connection, tokenVersion } = row
      const tokens = {
        accessToken: new Secret(`access-${id}-1`),
        refreshToken: new Secret(`${id}.1`),
        tokenEndpoint,
        issuer: new URL(tokenEndpoint).origin,
        pagingKey: new Secret('paging-key'),
      }
      rows.put({
        ...row,
        accessTokenExpiresAt: endedAt,
        refreshDueAt: endedAt - 60,
        dueAt: endedAt - 60,
        renewAhead: true,
        sealedTokens: await sealing.seal(tokens, { session: id, connection, tokenVersion }),
      })
    }

    const registry = aRegistry({ connections: [aConnection()], registrations: [aRegistration()] })
    const vault = kmsTokenVault({ kms, keyArns })
    const log = recordingLog()
    const egress = createEgress({ upstreams: 'loopback' })
    const rescue = memoryRescueStore(now)
    const monotonicMs = () => performance.now()
    const startedMs = monotonicMs()
    const startedCpu = process.threadCpuUsage()
    const { renewed } = await sweep(
      { firstShard: 0, lastShard: 0, concurrency, remainingMs: () => 90_000 },
      {
        due: memoryDueSessions(rows, () => 0),
        sessions: rows,
        endings: memoryEndingSessions(rows),
        tokens: accessTokens({
          sessions: rows,
          vault,
          registry,
          rescue,
          refreshGrant: refreshGrant({
            registry,
            egress,
            log,
            now,
            secrets: memorySecretReader(),
            signers: [],
            redirectUri: 'http://localhost/redirect',
          }),
          log,
          now,
        }),
        vault,
        rescue,
        revokeTokens: async () => ({ outcome: 'not_offered', detail: {} }),
        leases: leaseObserver(monotonicMs),
        events: { emit: async () => undefined },
        metrics: recordingMetrics(),
        log,
        now,
        monotonicMs,
      },
    )
    const seconds = (monotonicMs() - startedMs) / 1_000
    const { user, system } = process.threadCpuUsage(startedCpu)
    worker.postMessage('how many')
    const [presented] = (await once(worker, 'message')) as [number]
    return { renewed, presented, seconds, cpuMs: (user + system) / 1_000 }
  } finally {
    await aws.close()
    await worker.terminate()
  }
}
