/** An instance in a process of its own: it does as it is told over the channel of its parent. */
import { BrokerError } from '#core/errors.ts'
import { type InstanceConfig, renewalInstance, type StopPoint } from './instance.ts'

/** What the parent asks for. */
export type ToInstance =
  | {
      readonly type: 'start'
      readonly config: InstanceConfig
      readonly stopAt?: StopPoint
    }
  | {
      readonly type: 'ask'
      readonly session: string
      readonly callers: number
      readonly dueWithinSeconds: number
    }

/** What it says. */
export type FromInstance =
  | { readonly type: 'ready' }
  | { readonly type: 'stopped'; readonly at: StopPoint }
  /** What each caller got: a token, or the code of an error. */
  | { readonly type: 'answered'; readonly outcomes: readonly string[] }

const say = (message: FromInstance) => process.send?.(message)

let instance: ReturnType<typeof renewalInstance> | undefined

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
    say({ type: 'ready' })
    return
  }
  const { session: id, callers, dueWithinSeconds } = message
  const ask = async (): Promise<string> => {
    try {
      const session = await instance?.sessions.read(id, { consistent: true })
      if (!session || !instance) return 'no session'
      const fresh = await instance.tokens.freshAccessToken(session, { dueWithinSeconds })
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
