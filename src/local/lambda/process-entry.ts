import { installTime, timeInFile } from '#local/shared-time.ts'
import type { FromInstance } from './messages.ts'
import type { ProcessArguments, UncaughtMessage } from './process-instance.ts'
import { runInstance } from './runtime.ts'

// The entry of a process that is one execution environment of one function.

const { start, timeFd }: ProcessArguments = JSON.parse(process.argv[2] ?? '')
const send = (message: FromInstance | UncaughtMessage, then = () => {}) =>
  process.send?.(message, then)

process.on('uncaughtException', (error) => {
  send({ type: 'uncaught', error }, () => process.exit(1))
})
// Whoever started it is gone, and so is everybody that it could answer.
process.on('disconnect', () => process.exit(0))

installTime(timeInFile(timeFd))
await runInstance(start, {
  send,
  receive: (listener) => process.on('message', listener),
})
