import { describe } from 'vitest'
import { memoryDueSessions } from '#adapters/memory/due-sessions.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { dueSessionsContract } from './due-sessions.contract.ts'

describe('memoryDueSessions', () => {
  dueSessionsContract(async () => {
    const sessions = memorySessionStore()
    return { sessions, due: memoryDueSessions(sessions, firstByte) }
  })
})

function firstByte(id: string): number {
  return Buffer.from(id, 'base64url')[0] ?? 0
}
