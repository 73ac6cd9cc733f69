import type { LambdaError } from './lambda-error.ts'

/** What a worker is started with. */
export interface WorkerStart {
  /** The folder of the bundled asset. */
  readonly taskRoot: string
  /** `module.export`, as the template has it. */
  readonly handler: string
  /** Of the shared time. */
  readonly time: SharedArrayBuffer
}

export interface InvokeMessage {
  readonly type: 'invoke'
  readonly requestId: string
  readonly functionArn: string
  readonly payload: string
  /** In milliseconds of the shared time. */
  readonly deadline: number
}

/** To a worker. `more` asks for the next chunk of a stream. */
export type ToWorker = InvokeMessage | { readonly type: 'more' }

/** From a worker. A worker has at most one invocation, so none of these names it. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'payload'; readonly payload: string }
  | { readonly type: 'chunk'; readonly chunk: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly error: LambdaError; readonly phase: 'init' | 'invoke' }
