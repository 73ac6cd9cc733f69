import { describe } from 'vitest'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { replayStoreContract } from './replay-store.contract.ts'

describe('memoryReplayStore', () => {
  replayStoreContract(async () => memoryReplayStore())
})
