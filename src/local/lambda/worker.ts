import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { sharedTime } from '#local/shared-time.ts'
import { lambdaError, runtimeError } from './lambda-error.ts'
import { type Handler, loadHandler } from './load-handler.ts'
import type { FromWorker, InvokeMessage, ToWorker, WorkerStart } from './messages.ts'
import { HttpResponseStream, responseStream } from './response-stream.ts'

// The entry of a worker thread: one execution environment of one function.

const streaming = new WeakSet<Handler>()

function setUp({ time }: WorkerStart): void {
  sharedTime(time).install()
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

async function run(port: MessagePort, start: WorkerStart): Promise<void> {
  const send = (message: FromWorker) => port.postMessage(message)
  const fail = (phase: 'init' | 'invoke', thrown: unknown) => {
    const error = lambdaError(thrown)
    const title = phase === 'init' ? 'Uncaught Exception' : 'Invoke Error'
    process.stderr.write(`ERROR\t${title}\t${JSON.stringify(error)}\n`)
    send({ type: 'error', error, phase })
  }

  setUp(start)
  let handler: Handler
  try {
    handler = await loadHandler(start.taskRoot, start.handler)
    if (!streaming.has(handler) && handler.length > 2) {
      throw runtimeError('CallbackHandlerDeprecated', 'Node.js 24 takes no callback handlers')
    }
  } catch (error) {
    fail('init', error)
    return
  }

  let wantMore = () => {}
  port.on('message', (message: ToWorker) => {
    if (message.type === 'more') wantMore()
    else invoke(message).catch((error: unknown) => fail('invoke', error))
  })

  const invoke = async (message: InvokeMessage): Promise<void> => {
    const event: unknown = JSON.parse(message.payload)
    const context = invocationContext(message)
    if (!streaming.has(handler)) {
      const payload = JSON.stringify(await handler(event, context)) ?? 'null'
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

if (parentPort) await run(parentPort, workerData)
