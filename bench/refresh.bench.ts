import type { Bench, Figure } from './figure.ts'
import { refreshWorld } from './refresh-world.ts'
import { renewDue } from './renew-due.ts'
import { renewOnAws } from './renew-on-aws.ts'
import { waitForRenewal } from './wait-for-renewal.ts'

const UPSTREAM_MS = 150
const CONCURRENCY = 50
const CONNECTIONS = 20
const ROUNDS = { rounds: 5, due: 5_000 } as const
/** Renewed by one invocation, of what five instances have sealed. */
const DUE = 2_000
const SEALERS = 5
const WAITERS = { rounds: 20, callers: 100, instances: 5 } as const
const PROXIED = { sessions: 200, requests: 1_000, atOnce: 200 } as const

/** What renewing costs, and what those who wait for it see. */
export const bench: Bench = async function* () {
  yield* throughput()
  yield* waitForRenewal({ ...WAITERS, upstreamMs: UPSTREAM_MS })
  yield* callsOfARun()
  for (const sealers of [1, 5]) yield await callsOfRequests(sealers)
}

/** Runs of one instance; others may want the machine as well, so the best of some is taken. */
async function* throughput(): AsyncIterable<Figure> {
  const { rounds, due } = ROUNDS
  const runs: Awaited<ReturnType<typeof renewDue>>[] = []
  for (let round = 0; round < rounds; round += 1) {
    runs.push(await renewDue({ due, concurrency: CONCURRENCY, upstreamMs: UPSTREAM_MS }))
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const renewed = sum(runs.map((run) => run.renewed))
  const presented = sum(runs.map((run) => run.presented))
  const all = rounds * due
  yield { name: `renewed of ${all}`, value: renewed, unit: 'sessions', bar: { atLeast: all } }
  yield { name: 'refresh tokens presented', value: presented, unit: 'calls', bar: { atMost: all } }

  const best = runs.reduce((one, other) => (rateOf(other) > rateOf(one) ? other : one))
  const allowed = CONCURRENCY / (UPSTREAM_MS / 1_000)
  yield { name: 'refreshes a second of one invocation', value: rateOf(best), unit: 'a second' }
  yield {
    name: `of what ${CONCURRENCY} at once allow at ${UPSTREAM_MS} ms upstream`,
    value: rateOf(best) / allowed,
    unit: 'ratio',
    bar: { atLeast: 0.9 },
  }
  if (best.withoutCore !== undefined) {
    yield { name: 'of that run, without a core', value: best.withoutCore, unit: 'ratio' }
  }
  const cpuMs = Math.min(...runs.map((run) => run.cpuMs / run.renewed))
  yield { name: 'CPU of a refresh', value: cpuMs, unit: 'ms' }
  yield {
    name: `of what ${CONCURRENCY} at once allow, what a whole core would do`,
    value: 1_000 / cpuMs / allowed,
    unit: 'ratio',
  }
}

function rateOf({ renewed, seconds }: { readonly renewed: number; readonly seconds: number }) {
  return renewed / seconds
}

async function* callsOfARun(): AsyncIterable<Figure> {
  const { renewed, dynamodb, kms, cpuMs } = await renewOnAws({
    connections: CONNECTIONS,
    stored: { count: DUE, sealers: SEALERS, areOver: true },
    concurrency: CONCURRENCY,
  })
  yield {
    name: 'refreshed by the instance',
    value: renewed,
    unit: 'sessions',
    bar: { atLeast: DUE },
  }
  yield {
    name: 'requests to DynamoDB a refresh, the index’s included',
    value: dynamodb / renewed,
    unit: 'calls',
    bar: { atMost: 4 },
  }
  yield {
    name: `calls of KMS a refresh, ${CONNECTIONS} connections sealed by ${SEALERS} instances`,
    value: kms / renewed,
    unit: 'calls',
    bar: { atMost: 0.1 },
  }
  yield {
    name: 'CPU of a refresh, its requests to AWS included',
    value: cpuMs / renewed,
    unit: 'ms',
  }
}

/** Reads through the FHIR door of one instance after a cold start, many of them at once. */
async function callsOfRequests(sealers: number): Promise<Figure> {
  const world = await refreshWorld({ connections: CONNECTIONS })
  try {
    const sessions = await world.store({ count: PROXIED.sessions, sealers, areOver: false })
    const authorization = await world.authorization()
    const door = world.instance()
    const forTokens = () => world.calls('kms', ['Decrypt', 'Encrypt', 'GenerateDataKey'])
    const before = forTokens()
    const { requests, atOnce } = PROXIED
    for (let begun = 0; begun < requests; begun += atOnce) {
      await Promise.all(
        Array.from({ length: atOnce }, async (_, index) => {
          const { ehr, sessionId, key } = sessions[(begun + index) % sessions.length] ?? {}
          const answer = await door.read(ehr ?? '', sessionId ?? '', authorization)
          if (JSON.parse(answer).id !== key) throw new Error(answer)
        }),
      )
    }
    return {
      name: `calls of KMS for the tokens of ${PROXIED.requests} requests, ${PROXIED.atOnce} at once, ${PROXIED.sessions} sessions, ${CONNECTIONS} connections, ${sealers} sealing instances`,
      value: forTokens() - before,
      unit: 'calls',
      bar: { atMost: CONNECTIONS * sealers },
    }
  } finally {
    await world.close()
  }
}
