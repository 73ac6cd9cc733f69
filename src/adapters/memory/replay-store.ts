import type { ReplayStore } from '#core/replay-store.ts'

/** Replay markers in memory, for tests. */
export function memoryReplayStore(): ReplayStore {
  const seen = new Set<string>()

  return {
    async markSeen(scope, id) {
      const key = JSON.stringify([scope, id])
      if (seen.has(key)) return false
      seen.add(key)
      return true
    },
  }
}
