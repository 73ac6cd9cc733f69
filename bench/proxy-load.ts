import { parentPort } from 'node:worker_threads'
import { Pool } from 'undici'

/** Callers in a thread of their own: so many at once, for so long. */
export interface LoadOrder {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly atOnce: number
  readonly requests: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
}

parentPort?.on('message', async ({ origin, path, headers, atOnce, requests }: LoadOrder) => {
  const pool = new Pool(origin, { connections: atOnce })
  const times: number[] = []
  let left = requests
  const caller = async () => {
    while (left > 0) {
      left -= 1
      const startedMs = performance.now()
      const { statusCode, body } = await pool.request({
        path,
        method: 'GET',
        headers: { ...headers },
      })
      await body.dump({ limit: 1e9 })
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
      times.push(performance.now() - startedMs)
    }
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: atOnce }, caller))
  const seconds = (performance.now() - startedMs) / 1_000
  times.sort((one, other) => one - other)
  const result: LoadResult = {
    perSecond: requests / seconds,
    p50Ms: times[Math.floor(times.length / 2)] ?? Number.NaN,
  }
  await pool.close()
  parentPort?.postMessage(result)
})
