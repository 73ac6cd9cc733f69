import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { KMSClient } from '@aws-sdk/client-kms'
import { createEgress } from '#adapters/egress/egress.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { Secret } from '#core/secret.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import { systemClock as now } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'
import { aConnection, aRegistration, aRegistry, aSession } from '../test/fixtures.ts'
import { recordingLog } from '../test/support/recording-log.ts'

export interface RenewalSettingOptions {
  /** Sessions whose access token is over. */
  readonly due: number
  /** What the authorization server takes for each answer. */
  readonly upstreamMs: number
  /** What the table takes for each request; at once if it is left out. */
  readonly tableMs?: number
}

/**
 * Sessions whose tokens are over, in memory, so that what is measured is no database; their tokens are
 * sealed by the Encryption SDK, and the grant goes over HTTP to another thread, each on a connection
 * of its own.
 */
export async function renewalSetting({ due, upstreamMs, tableMs }: RenewalSettingOptions) {
  const worker = new Worker(new URL('./refresh-upstream.ts', import.meta.url), {
    workerData: { delayMs: upstreamMs },
  })
  const [tokenEndpoint] = (await once(worker, 'message')) as [string]
  const keyId = randomUUID()
  const aws = await startAwsEndpoint({ keys: [{ keyId, spec: 'SYMMETRIC_DEFAULT' }] })
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

  return {
    rows,
    /** What an instance has after a cold start. */
    instance() {
      const sessions = tableMs === undefined ? rows : slowly(rows, tableMs)
      const vault = kmsTokenVault({ kms, keyArns })
      const rescue = memoryRescueStore(now)
      const log = recordingLog()
      const grant = refreshGrant({
        registry,
        egress: createEgress({ upstreams: 'loopback' }),
        log,
        now,
        secrets: memorySecretReader(),
        signers: [],
        redirectUri: 'http://localhost/redirect',
      })
      const own = { sessions, vault, registry, rescue, log, now }
      return { ...own, tokens: accessTokens({ ...own, refreshGrant: grant }) }
    },
    /** Refresh tokens that the authorization server was shown. */
    async presented(): Promise<number> {
      worker.postMessage('how many')
      const [count] = (await once(worker, 'message')) as [number]
      return count
    },
    async close() {
      await aws.close()
      await worker.terminate()
    },
  }
}

/** The same rows at the other end of a network. */
function slowly(rows: SessionStore, tableMs: number): SessionStore {
  return new Proxy(rows, {
    get(store, name: keyof SessionStore) {
      const method = store[name] as (...asked: readonly unknown[]) => Promise<unknown>
      return async (...asked: readonly unknown[]) => {
        await new Promise((resolve) => setTimeout(resolve, tableMs))
        return method(...asked)
      }
    },
  })
}
