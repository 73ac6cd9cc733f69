import { describe } from 'vitest'
import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { rescueStoreContract } from './rescue-store.contract.ts'

describe('memoryRescueStore', () => {
  rescueStoreContract(async (now) => memoryRescueStore(now))
})
