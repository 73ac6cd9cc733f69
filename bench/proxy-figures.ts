import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from './figure.ts'
import type { LoadOrder, LoadResult } from './proxy-content.ts'
import { asFunction, eventText, type Invoke, listen } from './proxy-function.ts'
import { DOOR, door, nodeProxy, undiciProxy } from './proxy-servers.ts'

const AT_ONCE = 32
const ROUNDS = 9
const BASE = '/fhir'

/** What a round of requests took, and of it the one thread that served them. */
interface Round extends LoadResult {
  readonly threadMicroseconds: number
}

/**
 * The FHIR door against bare proxies, in one run and before the same EHR, which is a process of its own
 * together with the callers. All three are functions, invoked by the same stand-in for Lambda. A ratio
 * is the median of nine rounds that take turns.
 */
export const figures: Bench = async function* () {
  const peers: ChildProcess = fork(fileURLToPath(new URL('./proxy-peers.mjs', import.meta.url)))
  const [port] = (await once(peers, 'message')) as [number]
  // By a name, as EHRs have one.
  const upstream = `http://localhost:${port}`
  const ours = await door(upstream)
  const bare = (path: string) => eventText(path, ours.token)
  const atDoor = (path: string) => eventText(DOOR + path.slice(BASE.length), ours.token)
  const servers = {
    door: await listen(asFunction(ours.invoke, atDoor)),
    undici: await listen(asFunction(undiciProxy(upstream), bare)),
    node: await listen(asFunction(nodeProxy(upstream), bare)),
  }
  type Server = keyof typeof servers
  const load = async (
    origin: string,
    path: string,
    requests: number,
    atOnce = AT_ONCE,
  ): Promise<Round> => {
    const before = process.threadCpuUsage()
    peers.send({ origin, path, requests, atOnce } satisfies LoadOrder)
    const [result] = (await once(peers, 'message')) as [LoadResult]
    const { user, system } = process.threadCpuUsage(before)
    return { ...result, threadMicroseconds: (user + system) / requests }
  }
  const inTurns = async (
    path: string,
    requests: number,
    names: readonly Server[],
    atOnce?: number,
  ) => {
    const rounds: Record<string, Round>[] = []
    for (const name of names) await load(servers[name].origin, path, 2 * requests, atOnce)
    for (let round = 0; round < ROUNDS; round += 1) {
      const results: Record<string, Round> = {}
      for (const name of names) {
        results[name] = await load(servers[name].origin, path, requests, atOnce)
      }
      rounds.push(results)
    }
    return (figure: (of: (name: Server) => Round) => number) =>
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
    const direct = await load(upstream, `${BASE}/Patient/1`, 600, 1)
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
      const { p50Ms } = await load(servers.door.origin, path, requests, 1)
      yield { name: `a Bundle of ${entries} through the door, p50`, value: p50Ms, unit: 'ms' }
    }

    const before = ours.calls.reads
    await load(servers.door.origin, `${BASE}/Patient/1`, 100, 1)
    yield {
      name: 'reads of the session’s row, a warm request',
      value: (ours.calls.reads - before) / 100,
      unit: 'calls',
      bar: { atMost: 1 },
    }
    yield await memoryFigure(ours.invoke, atDoor)
  } finally {
    for (const server of Object.values(servers)) server.close()
    peers.kill()
  }
}

/** How much more an answer of 200 MB takes at its peak than one of 2 MB. */
async function memoryFigure(invoke: Invoke, atDoor: (path: string) => string): Promise<Figure> {
  const peak = async (megabytes: number) => {
    let most = 0
    const path = `${BASE}/Endless/${megabytes * 1_000_000}`
    const { body } = await invoke(JSON.parse(atDoor(path)))
    for await (const _ of body ?? []) most = Math.max(most, process.memoryUsage().rss)
    return most
  }
  // A heap that has grown once stays so: both are measured after that.
  await peak(200)
  const small = await peak(2)
  const large = await peak(200)
  return {
    name: 'peak memory of 200 MB over that of 2 MB',
    value: (large - small) / 1_048_576,
    unit: 'MB',
    bar: { atMost: 32 },
  }
}

const NOTHING: Round = {
  perSecond: Number.NaN,
  p50Ms: Number.NaN,
  threadMicroseconds: Number.NaN,
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
