import { onTestFinished } from 'vitest'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { renewalPlan } from '#core/tokens/refresh-timing.ts'
import { createTables } from '../../contract/local-aws.ts'
import { aSession } from '../../fixtures.ts'
import { crowd } from './crowd.ts'
import { startSoakEhr } from './ehr.ts'
import { heldTime } from './held-time.ts'
import { type SoakConfig, soakInstance } from './instance.ts'
import { renewalJournal } from './journal.ts'

const PUBLIC_BASE_URL = 'http://localhost/live'
/** A second presentation comes when the tokens are over and a lease after that. */
const GRACE_SECONDS = 300

/** So that a good part of what is under way is at the authorization server. */
const ANSWER_MS = 100

export interface SoakSession {
  /** Its key, which is also the name of its grant. */
  readonly key: string
  readonly sessionId: string
  readonly ehr: string
  readonly createdAt: number
}

export interface SoakStageOptions {
  readonly startsAt: number
  readonly tokenSeconds: number
  /** Of each session at the start: not all tokens are due at once. */
  readonly ages: readonly number[]
  /** Told of all that the instance of that name asks AWS or its authorization server. */
  readonly onStep: (name: string, step: 'asks AWS' | 'presents' | 'is answered') => void
}

/** Tables, keys, two EHRs, processes and sessions whose tokens were just issued. */
export async function soakStage(options: SoakStageOptions) {
  const { startsAt, tokenSeconds, onStep } = options
  const journal = renewalJournal()
  const dead = new Set<string>()
  const { aws, sessions, launches, keys } = await createTables({
    async onCall(call, moment) {
      // What the dead wrote last may come late, but for a second presentation of theirs.
      if (dead.has(call.caller) && JSON.stringify(call.input).includes('taking-over')) {
        throw new Error('lost')
      }
      await journal.onCall(call, moment)
      onStep(call.caller, 'asks AWS')
    },
  })
  const configOf = (name: string, ehrs: SoakConfig['ehrs']): SoakConfig => ({
    dynamodbEndpoint: aws.endpoint,
    kmsEndpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials(name),
    keyArn: keys.sealing,
    tokensKeyArn: keys.tokens,
    sessionsTable: sessions,
    launchesTable: launches,
    publicBaseUrl: PUBLIC_BASE_URL,
    ehrs,
  })
  const people = crowd({
    startMs: startsAt * 1_000,
    configOf: (name) =>
      configOf(
        name,
        ehrs.map(({ config }) => config),
      ),
  })
  const onPresented = (token: string, moment: 'arrived' | 'answered') => {
    const [grant = ''] = token.split('.')
    if (moment === 'arrived') journal.presented(grant, token)
    onStep(journal.lastHolder(grant) ?? '', moment === 'arrived' ? 'presents' : 'is answered')
  }
  const ehr = (name: string, kind: 'grace window' | 'same pair', reuse: 'unknown' | 'tolerated') =>
    startSoakEhr({
      name,
      kind,
      reuse,
      now: people.now,
      expiresInSeconds: tokenSeconds,
      graceSeconds: GRACE_SECONDS,
      delayMs: ANSWER_MS,
      onPresented,
    })
  const ehrs = await Promise.all([
    ehr('grace-window', 'grace window', 'unknown'),
    ehr('same-pair', 'same pair', 'tolerated'),
  ])
  onTestFinished(async () => {
    await Promise.all(ehrs.map((one) => one.close()))
  })

  const maker = soakInstance(
    configOf(
      'maker',
      ehrs.map(({ config }) => config),
    ),
    heldTime(startsAt * 1_000, () => undefined),
  )
  const made: SoakSession[] = []
  for (const [index, age] of options.ages.entries()) {
    const { name: connection, endpoint } = ehrs[index % ehrs.length] ?? ehrs[0]
    const sessionId = `session-${index}`
    const key = sessionKey(new Secret(sessionId))
    const createdAt = startsAt - age
    const expiresAt = createdAt + 43_200
    const endsAt = createdAt + tokenSeconds
    const tokens = {
      accessToken: new Secret(`access-${key}-1`),
      refreshToken: new Secret(`${key}.1`),
      tokenEndpoint: endpoint.url,
      issuer: new URL(endpoint.url).origin,
      pagingKey: new Secret(Buffer.alloc(32, 7).toString('base64url')),
    }
    endpoint.adopt(tokens.accessToken.reveal(), endsAt)
    const row = aSession({ id: key, connection, createdAt, lastUsedAt: createdAt, expiresAt })
    await maker.sessions.create({
      ...row,
      accessTokenExpiresAt: endsAt,
      ...renewalPlan(row, { issuedAt: createdAt, expiresAt: endsAt }),
      sealedTokens: await maker.vault.seal(tokens, { session: key, connection, tokenVersion: 1 }),
    })
    made.push({ key, sessionId, ehr: connection, createdAt })
  }

  const signer = maker.signer
  return {
    people,
    journal,
    sessions: made,
    row: (key: string) => maker.sessions.read(key, { consistent: true }),
    /** How many refresh tokens the authorization servers were shown, by their own count. */
    presented: () => ehrs.reduce((sum, { endpoint }) => sum + endpoint.presented.length, 0),
    kill(name: string): void {
      dead.add(name)
      people.kill(name)
    },
    /** The `Authorization` of the app's server, good for as long as this takes. */
    async authorization(): Promise<string> {
      const jwt = await signer.signJwt('at+jwt', {
        iss: PUBLIC_BASE_URL,
        aud: PUBLIC_BASE_URL,
        sub: 'heartline-server',
        client_id: 'heartline-server',
        app: 'heartline',
        scope: 'system/*.cruds',
        iat: people.now(),
        exp: people.now() + 86_400,
        jti: 'soak',
      })
      return `Bearer ${jwt}`
    },
  }
}
