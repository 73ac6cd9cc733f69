import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Rest } from './held-time.ts'
import type { SoakConfig } from './instance.ts'
import type { FromSoakProcess, Order, ToSoakProcess } from './process-entry.ts'

const ENTRY = fileURLToPath(new URL('./process-entry.ts', import.meta.url))

/** While all only pause, time goes on so much at once; a lease is ten of these. */
const STEP_MS = 2_000

/** A process, from its start until it is killed. */
interface Member {
  /** As which it calls AWS. */
  readonly name: string
  readonly child: ChildProcess
  readonly orders: Map<number, (outcome: string | undefined) => void>
  told: number
  rest: Rest | undefined
}

export interface CrowdOptions {
  readonly startMs: number
  /** What a process of that name is started with. */
  readonly configOf: (name: string) => SoakConfig
}

/**
 * Processes that have one time, which only goes on when there is nothing that any of them could do
 * before. Each has a place; when the one in it is killed, another is started there.
 */
export function crowd({ startMs, configOf }: CrowdOptions) {
  const members = new Map<string, Promise<Member>>()
  const living = new Set<Member>()
  let nowMs = startMs
  let serial = 0
  let killed = 0

  const tell = (member: Member, message: ToSoakProcess) => {
    if (message.type !== 'start') member.told += 1
    member.child.send(message, () => undefined)
  }
  const setTime = (ms: number) => {
    nowMs = ms
    for (const member of living) tell(member, { type: 'time', ms })
  }

  /** Moves time on to the first pause's end, if pausing is all that anybody does. */
  function goOn(): void {
    const rests = [...living].map(({ told, rest }) => (rest?.told === told ? rest : undefined))
    const ends = rests.map((rest) => rest?.wakesAtMs ?? Number.POSITIVE_INFINITY)
    const first = Math.min(...ends)
    if (rests.includes(undefined) || !Number.isFinite(first)) return
    setTime(Math.max(first, nowMs + STEP_MS))
  }

  async function start(place: string): Promise<Member> {
    serial += 1
    const name = `${place}.${serial}`
    const child = fork(ENTRY, { stdio: 'inherit', execArgv: [] })
    const member: Member = { name, child, orders: new Map(), told: 0, rest: undefined }
    await new Promise<void>((resolve, reject) => {
      child.once('close', () => {
        living.delete(member)
        for (const end of member.orders.values()) end(undefined)
        reject(new Error(`${name} ended`))
        goOn()
      })
      child.on('message', (message: FromSoakProcess) => {
        if (message.type === 'ready') resolve()
        if (message.type === 'rest') {
          member.rest = message
          goOn()
        }
        if (message.type === 'done') {
          member.orders.get(message.id)?.(message.outcome)
          member.orders.delete(message.id)
        }
      })
      tell(member, { type: 'start', config: configOf(name), ms: nowMs })
    })
    living.add(member)
    tell(member, { type: 'time', ms: nowMs })
    return member
  }

  const at = (place: string): Promise<Member> => {
    const known = members.get(place) ?? start(place)
    members.set(place, known)
    return known
  }

  onTestFinished(async () => {
    for (const member of await Promise.all(members.values())) member.child.kill('SIGKILL')
  })

  return {
    now: () => Math.floor(nowMs / 1_000),
    ready: (places: readonly string[]) => Promise.all(places.map(at)),

    /** Everybody's time moves on to then, if it has not yet. */
    moveTo(seconds: number): void {
      if (seconds * 1_000 > nowMs) setTime(seconds * 1_000)
    },

    /** What came of an order; `undefined` where its process was killed before it said so. */
    async order(place: string, order: Order): Promise<string | undefined> {
      const member = await at(place)
      if (!living.has(member)) return undefined
      serial += 1
      const id = serial
      return new Promise((resolve) => {
        member.orders.set(id, resolve)
        tell(member, { type: 'order', id, order, ms: nowMs })
      })
    },

    /** SIGKILL to the process of that name, whatever it does; another takes its place. */
    kill(name: string): void {
      const member = [...living].find((one) => one.name === name)
      if (!member) return
      killed += 1
      living.delete(member)
      member.child.kill('SIGKILL')
      const [place = ''] = name.split('.')
      members.set(place, start(place))
    },
    nameAt: async (place: string) => (await at(place)).name,
    isAlive: (name: string) => [...living].some((one) => one.name === name),
    killed: () => killed,
  }
}
