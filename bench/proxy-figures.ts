import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Bench, Figure } from './figure.ts'
import type { LoadOrder, LoadResult } from './proxy-load.ts'
import { door, listen, nodeProxy, undiciProxy } from './proxy-servers.ts'

const AT_ONCE = 32
const ROUNDS = 9

/**
 * The FHIR door against bare proxies, in one run and before the same upstream, which is a process of
 * its own; callers have a thread. A ratio is the median of nine rounds that take turns.
 */
export const figures: Bench = async function* () {
  const upstreamProcess: ChildProcess = fork(
    fileURLToPath(new URL('./proxy-upstream.mjs', import.meta.url)),
  )
  const [port] = (await once(upstreamProcess, 'message')) as [number]
  // By a name, as EHRs have one.
  const upstream = `http://localhost:${port}`
  const callers = new Worker(new URL('./proxy-load.mjs', import.meta.url))
  const load = async (origin: string, path: string, requests: number, atOnce = AT_ONCE) => {
    callers.postMessage({ origin, path, requests, atOnce, headers: {} } satisfies LoadOrder)
    return ((await once(callers, 'message')) as [LoadResult])[0]
  }

  const ours = await door(upstream)
  const servers = {
    door: await listen(ours.listener),
    undici: await listen(undiciProxy(upstream)),
    node: await listen(nodeProxy(upstream)),
  }
  type Server = keyof typeof servers
  const inTurns = async (
    path: string,
    requests: number,
    names: readonly Server[],
    atOnce?: number,
  ) => {
    const rounds: Record<string, LoadResult>[] = []
    for (const name of names) await load(servers[name].origin, path, 100, atOnce)
    for (let round = 0; round < ROUNDS; round += 1) {
      const results: Record<string, LoadResult> = {}
      for (const name of names)
        results[name] = await load(servers[name].origin, path, requests, atOnce)
      rounds.push(results)
    }
    return (figure: (of: (name: Server) => LoadResult) => number) =>
      median(
        rounds.map((results) =>
          figure((name) => results[name] ?? { perSecond: Number.NaN, p50Ms: Number.NaN }),
        ),
      )
  }

  try {
    const one = await inTurns('/fhir/Patient/1', 600, ['node', 'undici', 'door'], 1)
    yield {
      name: 'added by the handler to a read of 2 kB, p50 over a bare proxy on node:http',
      value: one((of) => of('door').p50Ms - of('node').p50Ms),
      unit: 'ms',
      bar: { atMost: 1 },
    }
    const direct = await load(upstream, '/fhir/Patient/1', 600, 1)
    yield { name: 'a read of 2 kB, directly, p50', value: direct.p50Ms, unit: 'ms' }
    yield {
      name: 'a read of 2 kB, through the door, p50',
      value: one((of) => of('door').p50Ms),
      unit: 'ms',
    }

    const rewritten = await inTurns('/fhir/Observation/20', 1_200, ['node', 'undici', 'door'])
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
    const plain = await inTurns('/fhir/Binary/20', 1_200, ['node', 'door'])
    yield {
      name: 'content without rewriting, throughput of a bare node:http proxy',
      value: plain((of) => of('door').perSecond / of('node').perSecond),
      unit: 'ratio',
      bar: { atLeast: 0.8 },
    }

    for (const entries of [1, 10, 100, 1_000]) {
      const requests = Math.max(30, Math.floor(600 / entries))
      const { p50Ms } = await load(servers.door.origin, `/fhir/Observation/${entries}`, requests, 1)
      yield { name: `a Bundle of ${entries} through the door, p50`, value: p50Ms, unit: 'ms' }
    }

    const before = { ...ours.calls }
    await load(servers.door.origin, '/fhir/Patient/1', 100, 1)
    yield {
      name: 'reads of the session’s row, a warm request',
      value: (ours.calls.reads - before.reads) / 100,
      unit: 'calls',
      bar: { atMost: 1 },
    }
    yield await memoryFigure(ours.call)
  } finally {
    for (const server of Object.values(servers)) server.close()
    upstreamProcess.kill()
    await callers.terminate()
  }
}

/** How much more an answer of 200 MB takes at its peak than one of 2 MB. */
async function memoryFigure(call: Awaited<ReturnType<typeof door>>['call']): Promise<Figure> {
  const peak = async (megabytes: number) => {
    let most = 0
    const { body } = await call(`/Endless/${megabytes * 1_000_000}`)
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

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}
