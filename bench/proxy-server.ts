/**
 * One of the proxies, in a process of its own: `proxy-server.mjs <name> <origin of the EHR>`. Says
 * where it listens, and answers what it has used, or how much memory long answers take.
 */
import { asFunction, eventText, type Invoke, listen } from './proxy-function.ts'
import { DOOR, door, nodeProxy, undiciProxy } from './proxy-servers.ts'

export type ProxyName = 'door' | 'node' | 'undici'

/** What a proxy has used since it began. */
export interface Used {
  readonly threadMicroseconds: number
  /** Reads of a session's row; none by a bare proxy. */
  readonly reads: number
}

export type Question = 'used' | 'memory'

const BASE = '/fhir'
const [name = '', upstream = ''] = process.argv.slice(2)

const ours = await door(upstream)
const proxies: Record<string, () => Invoke> = {
  door: () => ours.invoke,
  node: () => nodeProxy(upstream),
  undici: () => undiciProxy(upstream),
}
const invoke = proxies[name]?.()
if (!invoke) throw new Error(`there is no proxy ${name}`)
const textOf = (path: string) =>
  eventText(name === 'door' ? DOOR + path.slice(BASE.length) : path, ours.token)

/** How much more an answer of 200 MB takes at its peak than one of 2 MB, in bytes. */
async function memory(): Promise<number> {
  const peak = async (megabytes: number) => {
    let most = 0
    const path = `${BASE}/Endless/${megabytes * 1_000_000}`
    const { body } = await ours.invoke(JSON.parse(textOf(path)))
    for await (const _ of body ?? []) most = Math.max(most, process.memoryUsage().rss)
    return most
  }
  // A heap that has grown once stays so: both are measured after that.
  await peak(200)
  const small = await peak(2)
  return (await peak(200)) - small
}

function used(): Used {
  const { user, system } = process.threadCpuUsage()
  return { threadMicroseconds: user + system, reads: ours.calls.reads }
}

process.on('message', async (question: Question) => {
  process.send?.(question === 'memory' ? await memory() : used())
})
const { origin } = await listen(asFunction(invoke, textOf))
process.send?.(origin)
