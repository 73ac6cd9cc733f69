import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { Session } from '#core/session/session-store.ts'
import { renewalPlan } from '#core/tokens/refresh-timing.ts'
import { shardRanges } from '../../lib/constructs/refresh-schedule.ts'
import { REFRESHER } from '../../lib/functions/background-functions.ts'
import { aSession, NOW } from '../../test/fixtures.ts'
import { normal, seededRandom } from './seeded-random.ts'
import { type Durations, simulatedInstance, type TokenTerms } from './simulated-instance.ts'
import { simulatedSessions, type TableCounts } from './simulated-sessions.ts'
import { virtualTime } from './virtual-time.ts'

const MINUTE_MS = 60_000

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const MB_OF_A_CORE = 1_769

/** Before an instance's first run. */
const COLD_START_MS = 1_000

/** Longer than a morning: in it nobody leaves. */
const SESSION_SECONDS = 43_200

/** A morning: sign-ons come around a time of day, all of them within an hour. */
export const SIGN_ON = { meanSeconds: 1_800, deviationSeconds: 900, mostSeconds: 3_600 } as const

/** From before the first tokens are due until each has been due once, and some twice. */
const FROM_MINUTE = 55
const TO_MINUTE = 125

export interface RefresherSettings {
  /** Sessions of the whole deployment; all sign on in one morning. */
  readonly sessions: number
  readonly schedules: number
  readonly concurrency: number
  readonly terms: TokenTerms
  readonly durations: Omit<Durations, 'core' | 'upstreamMs'>
  /** Median of the authorization server's answers; they are spread as a lognormal. */
  readonly upstreamMs: number
  /** When in its minute a schedule is delivered: on the second, or anywhere as AWS has it. */
  readonly delivery: 'on the second' | 'anywhere in the minute'
  readonly seed: number
}

/** What became of the sessions of one schedule; those of the others fare alike. */
export interface RefresherOutcome {
  readonly sessions: number
  readonly renewed: number
  /** Renewals that came after the access token had ended, and tokens that ended unrenewed. */
  readonly lapsed: number
  /** How late renewals came, after they were due, in seconds: 0 for one that was early. */
  readonly late: { readonly p50: number; readonly p99: number; readonly most: number }
  /** The longest run, in seconds. */
  readonly longestRun: number
  /** Runs of the schedule at one time. */
  readonly runsAtOnce: number
  /** The most renewals of a second, averaged over its minute. */
  readonly renewalsASecond: number
  readonly counts: Readonly<TableCounts>
}

/** Spread of answers about their median: one in a hundred takes four times as long. */
const UPSTREAM_DEVIATION = 0.6

/** The sessions of the first schedule through a morning, minute by minute. */
export async function simulateRefresher(settings: RefresherSettings): Promise<RefresherOutcome> {
  const { schedules, concurrency, terms, durations, upstreamMs, delivery } = settings
  const random = seededRandom(settings.seed)
  const time = virtualTime(NOW, random)
  const range = firstRange(schedules)
  const shards = range.lastShard - range.firstShard + 1
  const count = Math.round((settings.sessions * shards) / SESSIONS_TABLE.dueIndex.shards)

  const lateness: number[] = []
  const renewedInMinute = new Map<number, number>()
  let lapsed = 0
  const sessions = simulatedSessions((before) => {
    const seconds = NOW + time.ms() / 1_000
    lateness.push(Math.max(0, seconds - (before.dueAt ?? seconds)))
    if (seconds > before.accessTokenExpiresAt) lapsed += 1
    const minute = Math.floor(time.ms() / MINUTE_MS)
    renewedInMinute.set(minute, (renewedInMinute.get(minute) ?? 0) + 1)
  })
  for (let index = 0; index < count; index += 1) {
    const id = sessionKeyIn(range.firstShard + (index % shards), random)
    sessions.put(signedOn(id, NOW + signOnSecond(random), terms))
  }

  const world = {
    time,
    sessions,
    terms,
    durations: {
      ...durations,
      core: Math.min(1, REFRESHER.memoryMb / MB_OF_A_CORE),
      upstreamMs: () => upstreamMs * Math.exp(UPSTREAM_DEVIATION * normal(random)),
    },
  }
  const idle: ReturnType<typeof simulatedInstance>[] = []
  const failures: unknown[] = []
  let running = 0
  let runsAtOnce = 0
  let longestRun = 0
  async function wake(): Promise<void> {
    const beganMs = time.ms()
    running += 1
    runsAtOnce = Math.max(runsAtOnce, running)
    const warm = idle.pop()
    const run = warm ?? simulatedInstance(world)
    if (!warm) await time.pace.sleep(COLD_START_MS)
    await run({ ...range, concurrency }, REFRESHER.timeoutSeconds * 1_000)
    idle.push(run)
    running -= 1
    longestRun = Math.max(longestRun, (time.ms() - beganMs) / 1_000)
  }
  for (let minute = FROM_MINUTE; minute < TO_MINUTE; minute += 1) {
    const within = delivery === 'on the second' ? 0 : Math.floor(random() * 60) * 1_000
    time.at(minute * MINUTE_MS + within, () => void wake().catch((error) => failures.push(error)))
  }
  await time.run(TO_MINUTE * MINUTE_MS)
  if (failures.length > 0) throw failures[0]

  const end = NOW + TO_MINUTE * 60
  lapsed += sessions.all().filter(({ accessTokenExpiresAt }) => accessTokenExpiresAt < end).length
  lateness.sort((one, other) => one - other)
  return {
    sessions: count,
    renewed: lateness.length,
    lapsed,
    late: { p50: part(lateness, 0.5), p99: part(lateness, 0.99), most: part(lateness, 1) },
    longestRun,
    runsAtOnce,
    renewalsASecond: Math.max(0, ...renewedInMinute.values()) / 60,
    counts: sessions.counts,
  }
}

function firstRange(schedules: number) {
  const [range] = shardRanges(schedules)
  if (!range) throw new Error('There is no schedule')
  return range
}

/** A session's key is a hash: 32 bytes, of which the first says the shard. */
function sessionKeyIn(shard: number, random: () => number): string {
  const bytes = Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  bytes[0] = shard
  return bytes.toString('base64url')
}

function signOnSecond(random: () => number): number {
  const { meanSeconds, deviationSeconds, mostSeconds } = SIGN_ON
  for (;;) {
    const second = Math.floor(meanSeconds + deviationSeconds * normal(random))
    if (second >= 0 && second < mostSeconds) return second
  }
}

function signedOn(id: string, at: number, { lifeSeconds, marginSeconds }: TokenTerms): Session {
  const life = { issuedAt: at, expiresAt: at + lifeSeconds, marginSeconds }
  const session = aSession({
    id,
    createdAt: at,
    lastUsedAt: at,
    expiresAt: at + SESSION_SECONDS,
    idleSeconds: SESSION_SECONDS,
    accessTokenExpiresAt: life.expiresAt,
  })
  return { ...session, ...renewalPlan(session, life) }
}

/** Of sorted values, that which so large a part of them does not exceed; 0 of none. */
function part(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
