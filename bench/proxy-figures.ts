import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from './figure.ts'
import type { LoadOrder, LoadResult } from './proxy-content.ts'
import type { ProxyName, Question, Used } from './proxy-server.ts'

const AT_ONCE = 32
/** Processes of each proxy: how well one runs depends on where its code and its data come to lie. */
const CREWS = 3
/** Of each crew. */
const ROUNDS = 5
const BASE = '/fhir'

type Started = Awaited<ReturnType<typeof start>>
type Crew = Readonly<Record<ProxyName, Started>>

/** What a round of requests took, and what of the proxy, a request. */
type Round = LoadResult & Used

/** Starts a program of this bench, and waits for the first that it says. */
async function start(program: string, ...args: readonly string[]) {
  const path = fileURLToPath(new URL(`./${program}.mjs`, import.meta.url))
  const child: ChildProcess = fork(path, args)
  const [said] = await once(child, 'message')
  const ask = async <Answer>(question: LoadOrder | Question): Promise<Answer> => {
    child.send(question)
    const [answer] = await once(child, 'message')
    return answer
  }
  return { said: String(said), ask, end: () => child.kill() }
}

/**
 * The FHIR door against bare proxies, in one run and before the same EHR, which shares a process with
 * the callers. Each proxy is a function in a process of its own, invoked by the same stand-in for
 * Lambda. A ratio is the median of rounds that take turns, of three processes of each.
 */
export const figures: Bench = async function* () {
  const peers = await start('proxy-peers')
  // By a name, as EHRs have one.
  const upstream = `http://localhost:${peers.said}`
  const crew = async (): Promise<Crew> => ({
    door: await start('proxy-server', 'door', upstream),
    undici: await start('proxy-server', 'undici', upstream),
    node: await start('proxy-server', 'node', upstream),
  })
  const first = await crew()
  const crews = [first]
  while (crews.length < CREWS) crews.push(await crew())
  const load = async (
    servers: Crew,
    name: ProxyName,
    path: string,
    requests: number,
    atOnce = AT_ONCE,
  ): Promise<Round> => {
    const { said: origin, ask } = servers[name]
    const before = await ask<Used>('used')
    const result = await peers.ask<LoadResult>({ origin, path, requests, atOnce })
    const after = await ask<Used>('used')
    const threadMicroseconds = (after.threadMicroseconds - before.threadMicroseconds) / requests
    return { ...result, threadMicroseconds, reads: (after.reads - before.reads) / requests }
  }
  const inTurns = async (
    path: string,
    requests: number,
    names: readonly ProxyName[],
    atOnce?: number,
  ) => {
    const rounds: Record<string, Round>[] = []
    for (const servers of crews) {
      for (const name of names) await load(servers, name, path, 2 * requests, atOnce)
      for (let round = 0; round < ROUNDS; round += 1) {
        const results: Record<string, Round> = {}
        for (const name of names) {
          results[name] = await load(servers, name, path, requests, atOnce)
        }
        rounds.push(results)
      }
    }
    return (figure: (of: (name: ProxyName) => Round) => number) =>
      median(rounds.map((results) => figure((name) => results[name] ?? NOTHING)))
  }

  try {
    const one = await inTurns(`${BASE}/Patient/1`, 600, ['node', 'undici', 'door'], 1)
    yield {
      name: 'added by the handler to a read of 2 kB, p50 over a bare proxy on node:http',
      value: one((of) => of('door').p50Ms - of('node').p50Ms),
      unit: 'ms',
      bar: { atMost: 1 },
    }
    const path = `${BASE}/Patient/1`
    const direct = await peers.ask<LoadResult>({ origin: upstream, path, requests: 600, atOnce: 1 })
    yield { name: 'a read of 2 kB, directly, p50', value: direct.p50Ms, unit: 'ms' }
    yield {
      name: 'a read of 2 kB, through the door, p50',
      value: one((of) => of('door').p50Ms),
      unit: 'ms',
    }

    const rewritten = await inTurns(`${BASE}/Observation/20`, 1_200, ['node', 'undici', 'door'])
    yield {
      name: 'Bundles of 20 with rewriting, throughput of a bare undici proxy',
      value: rewritten((of) => of('door').perSecond / of('undici').perSecond),
      unit: 'ratio',
      bar: { atLeast: 0.5 },
    }
    yield {
      name: 'the same, of a bare node:http proxy',
      value: rewritten((of) => of('door').perSecond / of('node').perSecond),
      unit: 'ratio',
    }
    yield {
      name: 'a bare node:http proxy, throughput of a bare undici proxy',
      value: rewritten((of) => of('node').perSecond / of('undici').perSecond),
      unit: 'ratio',
    }
    const plain = await inTurns(`${BASE}/Binary/20`, 1_200, ['node', 'undici', 'door'])
    yield {
      name: 'content without rewriting, throughput of a bare node:http proxy',
      value: plain((of) => of('door').perSecond / of('node').perSecond),
      unit: 'ratio',
      bar: { atLeast: 0.8 },
    }
    yield {
      name: 'the same, of a bare undici proxy, which is the door’s client',
      value: plain((of) => of('door').perSecond / of('undici').perSecond),
      unit: 'ratio',
      bar: { atLeast: 0.8 },
    }
    for (const [what, figure] of Object.entries({ 'with rewriting': rewritten, without: plain })) {
      for (const name of ['undici', 'node', 'door'] as const) {
        yield {
          name: `36 kB ${what}, of the thread of ${name}`,
          value: figure((of) => of(name).threadMicroseconds),
          unit: 'µs',
        }
      }
    }

    for (const entries of [1, 10, 100, 1_000]) {
      const requests = Math.max(30, Math.floor(600 / entries))
      const path = `${BASE}/Observation/${entries}`
      const { p50Ms } = await load(first, 'door', path, requests, 1)
      yield { name: `a Bundle of ${entries} through the door, p50`, value: p50Ms, unit: 'ms' }
    }

    const { reads } = await load(first, 'door', `${BASE}/Patient/1`, 100, 1)
    yield {
      name: 'reads of the session’s row, a warm request',
      value: reads,
      unit: 'calls',
      bar: { atMost: 1 },
    }
    yield {
      name: 'peak memory of 200 MB over that of 2 MB',
      value: (await first.door.ask<number>('memory')) / 1_048_576,
      unit: 'MB',
      bar: { atMost: 32 },
    }
  } finally {
    for (const { end } of [peers, ...crews.flatMap((one) => Object.values(one))]) end()
  }
}

const NOTHING: Round = {
  perSecond: Number.NaN,
  p50Ms: Number.NaN,
  threadMicroseconds: Number.NaN,
  reads: Number.NaN,
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
