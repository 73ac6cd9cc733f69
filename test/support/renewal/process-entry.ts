/** An instance in a process of its own: it does as it is told over the channel of its parent. */
import { SESSIONS_TABLE } from '#contract/tables.ts'
import { BrokerError } from '#core/errors.ts'
import type { SweepSummary } from '#core/refresher/sweep.ts'
import { systemClock } from '#core/time.ts'
import { systemPace } from '#core/tokens/pace.ts'
import { type InstanceConfig, renewalInstance, type StopPoint } from './instance.ts'
import { instanceRefresher } from './refresher.ts'

/** As the stack's schedules have it. */
const CONCURRENCY = 50

/** What the parent asks for. */
export type ToInstance =
  | {
      readonly type: 'start'
      readonly config: InstanceConfig
      readonly stopAt?: StopPoint
    }
  | { readonly type: 'ask'; readonly session: string; readonly callers: number }
  /** A run of the scheduled refresher, over all shards. */
  | { readonly type: 'sweep' }

/** What it says. */
export type FromInstance =
  | { readonly type: 'ready' }
  | { readonly type: 'stopped'; readonly at: StopPoint }
  /** What each caller got: a token, or the code of an error. */
  | { readonly type: 'answered'; readonly outcomes: readonly string[] }
  | { readonly type: 'swept'; readonly summary: SweepSummary }

const say = (message: FromInstance) => process.send?.(message)

let instance: ReturnType<typeof renewalInstance> | undefined
let sweep: ReturnType<typeof instanceRefresher> | undefined

process.on('message', (message: ToInstance) => {
  if (message.type === 'start') {
    const { config, stopAt } = message
    instance = renewalInstance(config, {
      at: async (point) => {
        if (point !== stopAt) return
        say({ type: 'stopped', at: point })
        await new Promise(() => undefined)
      },
    })
    const { sessionsTable } = config
    sweep = instanceRefresher(instance, { now: systemClock, pace: systemPace, sessionsTable })
    say({ type: 'ready' })
    return
  }
  if (message.type === 'sweep') {
    void sweep?.(0, SESSIONS_TABLE.dueIndex.shards - 1, CONCURRENCY).then((summary) =>
      say({ type: 'swept', summary }),
    )
    return
  }
  const { session: id, callers } = message
  const ask = async (): Promise<string> => {
    try {
      const session = await instance?.sessions.read(id, { consistent: true })
      if (!session || !instance) return 'no session'
      const fresh = await instance.tokens.freshAccessToken(session)
      return fresh.accessToken.reveal()
    } catch (error) {
      const { code, cause } = BrokerError.from(error)
      return cause instanceof Error ? `${code}: ${cause.name}` : code
    }
  }
  void Promise.all(Array.from({ length: callers }, ask)).then((outcomes) =>
    say({ type: 'answered', outcomes }),
  )
})
