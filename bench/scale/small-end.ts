import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { refreshDueAt } from '#core/tokens/refresh-timing.ts'
import { aSession, NOW } from '../../test/fixtures.ts'
import { simulatedInstance } from './simulated-instance.ts'
import { simulatedSessions, type TableCounts } from './simulated-sessions.ts'
import { virtualTime } from './virtual-time.ts'

const LIFE_SECONDS = 3_600
const RUN_LIMIT_MS = 90_000

interface SmallEndOptions {
  /** The sessions' keys, all due. */
  readonly ids: readonly string[]
  readonly firstShard: number
  readonly lastShard: number
  readonly concurrency: number
  readonly upstreamMs: number
  /** A renewal's share of the processor, of which the run has one whole core. */
  readonly cpuMs: number
}

/** One run over what is due, of which a real one can be measured beside it. */
export async function simulateRun({
  ids,
  upstreamMs,
  cpuMs,
  ...asked
}: SmallEndOptions): Promise<{ readonly seconds: number; readonly counts: TableCounts }> {
  const time = virtualTime(NOW, () => 0.5)
  const sessions = simulatedSessions(() => undefined)
  const createdAt = NOW - LIFE_SECONDS - 1
  const dueAt = refreshDueAt(createdAt, createdAt + LIFE_SECONDS)
  for (const id of ids) {
    const life = { createdAt, accessTokenExpiresAt: createdAt + LIFE_SECONDS }
    sessions.put(aSession({ id, ...life, refreshDueAt: dueAt, dueAt, renewAhead: true }))
  }
  const run = simulatedInstance({
    time,
    sessions,
    durations: { cpuMs, core: 1, tableMs: 0, upstreamMs: () => upstreamMs },
    terms: { lifeSeconds: LIFE_SECONDS, marginSeconds: 60 },
  })
  let endedMs: number | undefined
  const ended = run(asked, RUN_LIMIT_MS).then(({ renewed }) => {
    if (renewed !== ids.length) throw new Error(`${renewed} of ${ids.length} were renewed`)
    endedMs = time.ms()
  })
  await time.run(RUN_LIMIT_MS)
  await ended
  return { seconds: (endedMs ?? Number.NaN) / 1_000, counts: sessions.counts }
}

/** Keys of sessions that are all in the first shard, for a run whose index is one. */
export function keysOfShard(count: number, shard: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.from(sessionKey(new Secret(`session-${index}`)), 'base64url')
    bytes[0] = shard
    return bytes.toString('base64url')
  })
}
