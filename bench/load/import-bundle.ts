/**
 * A process that has done nothing else: imports the module it is given, says what that took, and
 * ends. Run by Node itself, without a loader.
 */
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

// Lambda's runtime has this before a function's module is loaded.
Object.assign(globalThis, { awslambda: { streamifyResponse: (handler: unknown) => handler } })

const file = pathToFileURL(process.argv[2] ?? '').href
const startedAt = performance.now()
const before = process.threadCpuUsage()
await import(file)
const { user, system } = process.threadCpuUsage(before)
const took = { cpuMs: (user + system) / 1_000, clockMs: performance.now() - startedAt }
writeSync(1, JSON.stringify(took))
process.exit()
