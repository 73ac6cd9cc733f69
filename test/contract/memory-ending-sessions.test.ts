import { describe } from 'vitest'
import { memoryEndingSessions } from '#adapters/memory/ending-sessions.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { endingSessionsContract } from './ending-sessions.contract.ts'

describe('memoryEndingSessions', () => {
  endingSessionsContract(async () => {
    const sessions = memorySessionStore()
    return { sessions, endings: memoryEndingSessions(sessions) }
  })
})
