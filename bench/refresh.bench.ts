import { SESSIONS_TABLE } from '#contract/tables.ts'
import type { Bench, Figure } from './figure.ts'
import { refreshWorld } from './refresh-world.ts'
import { renewDue } from './renew-due.ts'

const UPSTREAM_MS = 150
const CONCURRENCY = 50
const CONNECTIONS = 20
const ROUNDS = { rounds: 5, due: 500 } as const
/** Renewed by one invocation, of what five instances have sealed. */
const DUE = 2_000
const SEALERS = 5
const WAITERS = { rounds: 20, callers: 100, instances: 5 } as const
const PROXIED = { sessions: 200, requests: 1_000 } as const

/** What renewing costs, and what those who wait for it see. */
export const bench: Bench = async function* () {
  yield* throughput()
  yield* waiting()
  yield* callsOfARun()
  for (const sealers of [1, 5]) yield await callsOfRequests(sealers)
}

/** Runs of one instance; others may want the machine as well, so the best of some is taken. */
async function* throughput(): AsyncIterable<Figure> {
  const { rounds, due } = ROUNDS
  const rates: number[] = []
  const cpuMs: number[] = []
  let [renewed, presented] = [0, 0]
  for (let round = 0; round < rounds; round += 1) {
    const run = await renewDue({ due, concurrency: CONCURRENCY, upstreamMs: UPSTREAM_MS })
    renewed += run.renewed
    presented += run.presented
    rates.push(run.renewed / run.seconds)
    cpuMs.push(run.cpuMs / run.renewed)
  }
  const all = rounds * due
  yield { name: `renewed of ${all}`, value: renewed, unit: 'sessions', bar: { atLeast: all } }
  yield { name: 'refresh tokens presented', value: presented, unit: 'calls', bar: { atMost: all } }
  const best = Math.max(...rates)
  yield { name: 'refreshes a second of one invocation', value: best, unit: 'a second' }
  yield {
    name: `of what ${CONCURRENCY} at once allow at ${UPSTREAM_MS} ms upstream`,
    value: (best * UPSTREAM_MS) / 1_000 / CONCURRENCY,
    unit: 'ratio',
    bar: { atLeast: 0.9 },
  }
  yield { name: 'CPU of a refresh', value: Math.min(...cpuMs), unit: 'ms' }
}

/** Callers in five instances who find one session whose token is over, against one who does alone. */
async function* waiting(): AsyncIterable<Figure> {
  const { rounds, callers, instances } = WAITERS
  const world = await refreshWorld({ connections: 1, delayMs: UPSTREAM_MS })
  try {
    const sessions = await world.store({ count: 2 * rounds, sealers: 1, areOver: true })
    const ours = Array.from({ length: instances }, world.instance)
    const elapsed = async (instance: (typeof ours)[number], key: string): Promise<number> => {
      const startedMs = performance.now()
      const session = await instance.sessions.read(key, { consistent: true })
      if (session) await instance.tokens.freshAccessToken(session)
      return performance.now() - startedMs
    }
    const alone: number[] = []
    const waited: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const [single, common] = sessions.slice(2 * round, 2 * round + 2)
      const first = ours[round % instances]
      if (!single || !common || !first) throw new Error('There are too few')
      alone.push(await elapsed(first, single.key))
      const renewals = () => ours.map(({ log }) => log.lines.length)
      const before = renewals()
      const asked = ours.map((instance) =>
        Promise.all(
          Array.from({ length: callers / instances }, () => elapsed(instance, common.key)),
        ),
      )
      const each = await Promise.all(asked)
      // The instance that renewed has said so in its log; the callers of the others have waited.
      const after = renewals()
      waited.push(...each.flatMap((times, index) => (after[index] === before[index] ? times : [])))
    }
    const single = percentile(alone, 0.5)
    yield { name: 'a refresh alone, p50', value: single, unit: 'ms' }
    for (const part of [0.5, 0.99]) {
      yield {
        name: `who waits for another’s, of ${callers} in ${instances} instances, p${100 * part}, of that`,
        value: percentile(waited, part) / single,
        unit: 'ratio',
      }
    }
    yield {
      name: `refresh tokens presented for ${2 * rounds} sessions`,
      value: world.presented(),
      unit: 'calls',
      bar: { atMost: 2 * rounds },
    }
  } finally {
    await world.close()
  }
}

/** One run of the refresher after a cold start, every call of it counted. */
async function* callsOfARun(): AsyncIterable<Figure> {
  const world = await refreshWorld({ connections: CONNECTIONS })
  try {
    await world.store({ count: DUE, sealers: SEALERS, areOver: true })
    const before = { dynamodb: world.calls('dynamodb'), kms: world.calls('kms') }
    await world.instance().sweep(0, SESSIONS_TABLE.dueIndex.shards - 1, CONCURRENCY)
    const renewed = world.presented()
    yield { name: 'refreshed by the run', value: renewed, unit: 'sessions', bar: { atLeast: DUE } }
    yield {
      name: 'requests to DynamoDB a refresh, the index’s included',
      value: (world.calls('dynamodb') - before.dynamodb) / renewed,
      unit: 'calls',
      bar: { atMost: 4 },
    }
    yield {
      name: `calls of KMS a refresh, ${CONNECTIONS} connections sealed by ${SEALERS} instances`,
      value: (world.calls('kms') - before.kms) / renewed,
      unit: 'calls',
      bar: { atMost: 0.1 },
    }
  } finally {
    await world.close()
  }
}

/** Reads through the FHIR door of one instance after a cold start. */
async function callsOfRequests(sealers: number): Promise<Figure> {
  const world = await refreshWorld({ connections: CONNECTIONS })
  try {
    const sessions = await world.store({ count: PROXIED.sessions, sealers, areOver: false })
    const authorization = await world.authorization()
    const door = world.instance()
    const forTokens = () => world.calls('kms', ['Decrypt', 'Encrypt', 'GenerateDataKey'])
    const before = forTokens()
    for (let request = 0; request < PROXIED.requests; request += 1) {
      const { ehr, sessionId, key } = sessions[request % sessions.length] ?? {}
      const answer = await door.read(ehr ?? '', sessionId ?? '', authorization)
      if (JSON.parse(answer).id !== key) throw new Error(answer)
    }
    return {
      name: `calls of KMS for the tokens of ${PROXIED.requests} requests, ${PROXIED.sessions} sessions, ${CONNECTIONS} connections, ${sealers} sealing instances`,
      value: forTokens() - before,
      unit: 'calls',
      bar: { atMost: CONNECTIONS * sealers },
    }
  } finally {
    await world.close()
  }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN
}
