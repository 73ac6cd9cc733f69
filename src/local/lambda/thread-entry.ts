import { parentPort, workerData } from 'node:worker_threads'
import { installTime, timeInBuffer } from '#local/shared-time.ts'
import { runInstance } from './runtime.ts'
import type { ThreadData } from './thread-instance.ts'

// The entry of a thread that is one execution environment of one function.

const port = parentPort
if (!port) throw new Error('This is the entry of a thread')
const { start, time }: ThreadData = workerData

installTime(timeInBuffer(time))
await runInstance(start, {
  send: (message) => port.postMessage(message),
  receive: (listener) => port.on('message', listener),
})
