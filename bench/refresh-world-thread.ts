import { parentPort, workerData } from 'node:worker_threads'
import { refreshWorld, type StoredSessions } from './refresh-world.ts'

/** AWS and the EHR in a thread of their own, so that what is left is what the broker itself computes. */
const { connections, stored } = workerData as {
  readonly connections: number
  readonly stored: StoredSessions
}
const world = await refreshWorld({ connections })
await world.store(stored)
const counts = () => ({
  presented: world.presented(),
  dynamodb: world.calls('dynamodb'),
  kms: world.calls('kms'),
})
parentPort?.on('message', () => parentPort?.postMessage(counts()))
parentPort?.postMessage(world.config)
