import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { Secret } from '#core/secret.ts'
import { systemClock } from '#core/time.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import type { OnAwsCall } from '#local/aws-endpoint.ts'
import { createTables } from '../../contract/local-aws.ts'
import type { ServerKind } from '../../explore/authorization-server.ts'
import { aSession } from '../../fixtures.ts'
import { type InstanceConfig, renewalInstance } from './instance.ts'
import { startTokenEndpoint } from './token-endpoint.ts'

export interface StageOptions {
  readonly kind: ServerKind
  readonly reuse: RefreshTokenReuse
  readonly delayMs?: number
  /** Another DynamoDB than the embedded one, with its tables made. */
  readonly dynamodbEndpoint?: string
  /** Sees every call to AWS, and may lose or refuse it. */
  readonly onCall?: OnAwsCall
}

/** Stores, a token endpoint and sessions whose access token is over; all of it ends with the test. */
export async function renewalStage(options: StageOptions) {
  const { kind, reuse, delayMs = 0, dynamodbEndpoint, onCall } = options
  const { aws, documents, sessions, launches, keys } = await createTables(onCall && { onCall })
  // What the instances of this process wait for passes at once, five times as fast, and for the
  // server as well.
  const waited = { ms: 0 }
  const now = () => systemClock() + Math.floor(waited.ms / 1_000)
  const endpoint = await startTokenEndpoint({ kind, now, delayMs })
  onTestFinished(() => endpoint.close())

  const config: InstanceConfig = {
    dynamodbEndpoint: dynamodbEndpoint ?? aws.endpoint,
    kmsEndpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
    keyArn: keys.sealing,
    sessionsTable: sessions,
    launchesTable: launches,
    reuse,
  }
  const pace = {
    monotonicMs: () => performance.now() + waited.ms,
    random: Math.random,
    sleep: async (milliseconds: number) => {
      waited.ms += milliseconds * 5
    },
  }
  const maker = renewalInstance(config)

  return {
    aws,
    config,
    documents,
    endpoint,
    waited,
    /** An instance in this process, which waits for nothing in earnest. */
    instance: () => renewalInstance(config, { now, pace }),
    /** One that waits in earnest, and whose clock is off by so many seconds. */
    instanceOff: (seconds: number) =>
      renewalInstance(config, { now: () => systemClock() + seconds }),

    /** A session whose access token is over; its grant at the server has the same name. */
    async session(): Promise<string> {
      const grant = randomUUID()
      const { id, connection, tokenVersion, ...rest } = aSession({ id: grant })
      const origin = new URL(endpoint.url).origin
      const tokens = {
        accessToken: new Secret(`access-${grant}-1`),
        refreshToken: new Secret(`${grant}.1`),
        tokenEndpoint: endpoint.url,
        issuer: origin,
        pagingKey: new Secret('paging-key'),
      }
      const createdAt = systemClock() - 3_600
      const end = systemClock() - 1
      await maker.sessions.create({
        ...rest,
        id,
        connection,
        tokenVersion,
        createdAt,
        lastUsedAt: end,
        expiresAt: systemClock() + 43_200,
        accessTokenExpiresAt: end,
        refreshDueAt: end - 60,
        renewAhead: true,
        sealedTokens: await maker.vault.seal(tokens, { session: id, connection, tokenVersion }),
      })
      return id
    },
    row: (id: string) => maker.sessions.read(id, { consistent: true }),
  }
}
