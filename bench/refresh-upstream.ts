import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '#core/time.ts'
import { startTokenEndpoint } from '../test/support/renewal/token-endpoint.ts'

/** An authorization server in a thread of its own, that takes its time for each answer. */
const { delayMs } = workerData as { readonly delayMs: number }
const endpoint = await startTokenEndpoint({ kind: 'revokes on reuse', now: systemClock, delayMs })
parentPort?.on('message', () => parentPort?.postMessage(endpoint.presented.length))
parentPort?.postMessage(endpoint.url)
