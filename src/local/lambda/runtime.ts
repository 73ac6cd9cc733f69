import { lambdaError, runtimeError } from './lambda-error.ts'
import { type Handler, loadHandler } from './load-handler.ts'
import type { InstanceChannel, InstanceStart, InvokeMessage } from './messages.ts'
import { HttpResponseStream, responseStream } from './response-stream.ts'

const streaming = new WeakSet<Handler>()

function setUpGlobals(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse(handler: Handler) {
        streaming.add(handler)
        return handler
      },
      HttpResponseStream,
    },
  })
}

/**
 * Lambda's runtime for Node.js in one execution environment: loads the function and serves one
 * invocation at a time, whatever thread or process this is.
 */
export async function runInstance(
  start: InstanceStart,
  { send, receive }: InstanceChannel,
): Promise<void> {
  const fail = async (phase: 'init' | 'invoke', thrown: unknown) => {
    const error = lambdaError(thrown)
    const title = phase === 'init' ? 'Uncaught Exception' : 'Invoke Error'
    process.stderr.write(`ERROR\t${title}\t${JSON.stringify(error)}\n`)
    await logged()
    send({ type: 'error', error, phase })
  }

  setUpGlobals()
  let handler: Handler
  try {
    handler = await loadHandler(start.taskRoot, start.handler)
    if (!streaming.has(handler) && handler.length > 2) {
      throw runtimeError('CallbackHandlerDeprecated', 'Node.js 24 takes no callback handlers')
    }
  } catch (error) {
    await fail('init', error)
    return
  }

  let wantMore = () => {}
  receive((message) => {
    if (message.type === 'more') wantMore()
    else invoke(message).catch((error: unknown) => fail('invoke', error))
  })

  const invoke = async (message: InvokeMessage): Promise<void> => {
    const event: unknown = JSON.parse(message.payload)
    const context = invocationContext(message)
    if (!streaming.has(handler)) {
      const payload = JSON.stringify(await handler(event, context)) ?? 'null'
      await logged()
      send({ type: 'payload', payload })
      return
    }
    const stream = responseStream(
      (bytes) =>
        new Promise((resolve) => {
          wantMore = resolve
          // A copy: a part of a pooled buffer would take the whole pool with it.
          send({ type: 'chunk', chunk: new Uint8Array(bytes) })
        }),
    )
    const finished = new Promise<void>((resolve, reject) => {
      stream.once('finish', resolve)
      stream.once('error', reject)
    })
    try {
      await Promise.all([handler(event, stream, context), finished])
    } catch (error) {
      // What was written goes out all the same, before the failure.
      if (!stream.writableEnded) stream.end()
      await finished.catch(() => {})
      throw error
    }
    await logged()
    send({ type: 'end' })
  }

  send({ type: 'ready' })
}

function invocationContext({ requestId, functionArn, deadline }: InvokeMessage) {
  return {
    awsRequestId: requestId,
    invokedFunctionArn: functionArn,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}

/** Resolves when all that was written to the log has left, so that a freeze keeps none of it. */
async function logged(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (output) => new Promise<void>((resolve) => output.write('', () => resolve())),
    ),
  )
}
