import { describe } from 'vitest'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { sessionStoreContract } from './session-store.contract.ts'

describe('memorySessionStore', () => {
  sessionStoreContract(async () => {
    const store = memorySessionStore()
    return { store, remove: async (id) => store.delete(id) }
  })
})
