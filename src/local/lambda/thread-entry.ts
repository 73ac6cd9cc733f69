import { parentPort, workerData } from 'node:worker_threads'
import { installTime, timeInBuffer } from '#local/shared-time.ts'
import type { FreezeMessage, ToInstance } from './messages.ts'
import { runInstance } from './runtime.ts'
import type { ThreadData } from './thread-instance.ts'

// The entry of a thread that is one execution environment of one function.

const port = parentPort
if (!port) throw new Error('This is the entry of a thread')
const { start, time, thaws }: ThreadData = workerData
const thawed = new Int32Array(thaws)

installTime(timeInBuffer(time))
await runInstance(start, {
  send: (message) => port.postMessage(message),
  receive: (listener) =>
    port.on('message', (message: ToInstance | FreezeMessage) => {
      // Holds the whole thread, and does not if it was thawed before it came to that.
      if (message.type === 'freeze') Atomics.wait(thawed, 0, message.thawed)
      else listener(message)
    }),
})
