import { randomUUID } from 'node:crypto'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { systemClock } from '#core/time.ts'
import { systemPace } from '#core/tokens/pace.ts'
import { refreshDueAt } from '#core/tokens/refresh-timing.ts'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'
import { TABLES } from '../test/contract/tables.ts'
import { aSession } from '../test/fixtures.ts'
import { startSoakEhr } from '../test/support/soak/ehr.ts'
import type { HeldTime } from '../test/support/soak/held-time.ts'
import { type SoakConfig, soakInstance } from '../test/support/soak/instance.ts'

const LIFE_SECONDS = 3_600
const PUBLIC_BASE_URL = 'http://localhost/live'

/** The machine's own time. */
export const TIME: HeldTime = {
  now: systemClock,
  pace: systemPace,
  during: (request) => request(),
  tell: () => undefined,
}

export interface StoredSessions {
  readonly count: number
  /** Each session is sealed by one of so many instances, in turns within its connection. */
  readonly sealers: number
  /** Whether their tokens are over, or fresh. */
  readonly areOver: boolean
}

/** AWS on this machine, an EHR that counts, and sessions over some connections to it. */
export async function refreshWorld({
  connections,
  delayMs = 0,
}: {
  readonly connections: number
  readonly delayMs?: number
}) {
  const keyIds = { sealing: randomUUID(), tokens: randomUUID() }
  const aws = await startAwsEndpoint({
    tables: TABLES,
    keys: [
      { keyId: keyIds.sealing, spec: 'SYMMETRIC_DEFAULT' },
      { keyId: keyIds.tokens, spec: 'ECC_NIST_P256' },
    ],
  })
  const ehr = await startSoakEhr({
    name: 'ehr',
    kind: 'revokes on reuse',
    reuse: 'revokes',
    now: systemClock,
    delayMs,
    expiresInSeconds: LIFE_SECONDS,
  })
  const arn = (keyId: string) => `arn:aws:kms:${aws.region}:000000000000:key/${keyId}`
  const names = Array.from({ length: connections }, (_, index) => `ehr-${index}`)
  const config: SoakConfig = {
    dynamodbEndpoint: aws.endpoint,
    kmsEndpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('bench'),
    keyArn: arn(keyIds.sealing),
    tokensKeyArn: arn(keyIds.tokens),
    sessionsTable: 'sessions',
    launchesTable: 'launches',
    publicBaseUrl: PUBLIC_BASE_URL,
    ehrs: names.map((name) => ({ ...ehr.config, name })),
  }
  /** A function instance as after a cold start. */
  const instance = () => soakInstance(config, TIME)

  async function store({ count, sealers, areOver }: StoredSessions) {
    const made = Array.from({ length: sealers }, instance)
    const now = systemClock()
    const createdAt = areOver ? now - LIFE_SECONDS - 1 : now
    const accessTokenExpiresAt = createdAt + LIFE_SECONDS
    const stored: { readonly key: string; readonly sessionId: string; readonly ehr: string }[] = []
    for (let index = 0; index < count; index += 1) {
      const connection = names[index % connections] ?? ''
      const maker = made[Math.floor(index / connections) % sealers]
      if (!maker) throw new Error('Nobody seals')
      const sessionId = randomUUID()
      const key = sessionKey(new Secret(sessionId))
      const accessToken = `access-${key}-1`
      const tokens = {
        accessToken: new Secret(accessToken),
        refreshToken: new Secret(`${key}.1`),
        tokenEndpoint: ehr.endpoint.url,
        issuer: new URL(ehr.endpoint.url).origin,
        pagingKey: new Secret(Buffer.alloc(32, 7).toString('base64url')),
      }
      ehr.endpoint.adopt(accessToken, accessTokenExpiresAt)
      await maker.sessions.create({
        ...aSession({ id: key, connection, createdAt, lastUsedAt: now, expiresAt: now + 43_200 }),
        accessTokenExpiresAt,
        refreshDueAt: refreshDueAt(createdAt, accessTokenExpiresAt),
        dueAt: refreshDueAt(createdAt, accessTokenExpiresAt),
        renewAhead: true,
        sealedTokens: await maker.vault.seal(tokens, { session: key, connection, tokenVersion: 1 }),
      })
      stored.push({ key, sessionId, ehr: connection })
    }
    return stored
  }

  return {
    config,
    instance,
    store,
    presented: () => ehr.endpoint.presented.length,
    /** Calls so far, by what they are to. */
    calls: (service: string, actions?: readonly string[]) =>
      aws.calls.filter(
        (call) => call.service === service && (actions?.includes(call.action) ?? true),
      ).length,
    async authorization(): Promise<string> {
      const now = systemClock()
      const jwt = await instance().signer.signJwt('at+jwt', {
        iss: PUBLIC_BASE_URL,
        aud: PUBLIC_BASE_URL,
        sub: 'heartline-server',
        client_id: 'heartline-server',
        app: 'heartline',
        scope: 'system/*.cruds',
        iat: now,
        exp: now + 3_600,
        jti: 'bench',
      })
      return `Bearer ${jwt}`
    },
    async close() {
      await ehr.close()
      await aws.close()
    },
  }
}
