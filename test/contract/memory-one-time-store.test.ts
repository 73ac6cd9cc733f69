import { describe } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { oneTimeStoreContract } from './one-time-store.contract.ts'

describe('memoryOneTimeStore', () => {
  oneTimeStoreContract(async (now) => memoryOneTimeStore(now))
})
