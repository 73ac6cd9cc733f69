/** An instance in a process of its own, whose parent holds its time. */
import { BrokerError } from '#core/errors.ts'
import { type HeldTime, heldTime, type Rest } from './held-time.ts'
import { type SoakConfig, soakInstance } from './instance.ts'

/** What the parent wants done. */
export type Order =
  | {
      readonly do: 'read'
      readonly ehr: string
      readonly sessionId: string
      readonly authorization: string
    }
  | {
      readonly do: 'sweep'
      readonly firstShard: number
      readonly lastShard: number
      readonly concurrency: number
    }

export type ToSoakProcess =
  | { readonly type: 'start'; readonly config: SoakConfig; readonly ms: number }
  | { readonly type: 'time'; readonly ms: number }
  | { readonly type: 'order'; readonly id: number; readonly order: Order; readonly ms: number }

export type FromSoakProcess =
  | { readonly type: 'ready' }
  | ({ readonly type: 'rest' } & Rest)
  /** What came of an order: a body, a summary, or the code of an error. */
  | { readonly type: 'done'; readonly id: number; readonly outcome: string }

const say = (message: FromSoakProcess) => process.send?.(message)

let time: HeldTime | undefined
let instance: ReturnType<typeof soakInstance> | undefined

process.on('message', (message: ToSoakProcess) => {
  if (message.type === 'start') {
    time = heldTime(message.ms, (rest) => say({ type: 'rest', ...rest }))
    instance = soakInstance(message.config, time)
    say({ type: 'ready' })
    return
  }
  time?.tell(message.ms)
  if (message.type === 'time') return
  const { id, order } = message
  carryOut(order).then(
    (outcome) => say({ type: 'done', id, outcome }),
    (error) => {
      const { code, detail } = BrokerError.from(error)
      say({ type: 'done', id, outcome: JSON.stringify({ code, detail }) })
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function carryOut(order: Order): Promise<string> {
  if (!instance) throw new Error('Not started')
  if (order.do === 'read') {
    return instance.read(order.ehr, order.sessionId, order.authorization)
  }
  const { firstShard, lastShard, concurrency } = order
  return JSON.stringify(await instance.sweep(firstShard, lastShard, concurrency))
}
