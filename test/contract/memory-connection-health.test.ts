import { describe } from 'vitest'
import { memoryConnectionHealth } from '#adapters/memory/connection-health.ts'
import { connectionHealthContract } from './connection-health.contract.ts'

describe('memoryConnectionHealth', () => {
  connectionHealthContract(async (now) => memoryConnectionHealth(now))
})
