import type { LambdaError } from './lambda-error.ts'

/** What an instance is started with. */
export interface InstanceStart {
  /** The folder of the bundled asset. */
  readonly taskRoot: string
  /** `module.export`, as the template has it. */
  readonly handler: string
}

export interface InvokeMessage {
  readonly type: 'invoke'
  readonly requestId: string
  readonly functionArn: string
  readonly payload: string
  /** In milliseconds of the shared time. */
  readonly deadline: number
}

/** To an instance. `more` asks for the next chunk of a stream. */
export type ToInstance = InvokeMessage | { readonly type: 'more' }

/** To a thread: to wait where it stands, unless it was thawed since that many times. */
export interface FreezeMessage {
  readonly type: 'freeze'
  readonly thawed: number
}

/** From an instance. It has at most one invocation, so none of these names it. */
export type FromInstance =
  | { readonly type: 'ready' }
  | { readonly type: 'payload'; readonly payload: string }
  | { readonly type: 'chunk'; readonly chunk: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly error: LambdaError; readonly phase: 'init' | 'invoke' }

/** An instance's end of what connects it with the machine it runs on. */
export interface InstanceChannel {
  send(message: FromInstance): void
  receive(listener: (message: ToInstance) => void): void
}
