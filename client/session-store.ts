/**
 * Where an app keeps its sessions: what a SessionID opens stays on its server. Three operations, so
 * that any database will do; a deployed app has several processes, and they must share one.
 *
 * The values hold SessionIDs and what the SSO message says of people: encrypt what is kept on a disk.
 */
export interface SessionStore {
  get(key: string): Promise<string | undefined>
  /** @param expiresAtMs when it may be dropped; nobody asks for it afterwards */
  set(key: string, value: string, expiresAtMs: number): Promise<void>
  /**
   * Whether it was there. Of several callers at once just one is told yes: it makes a link good once.
   * `DEL` of Redis and `DELETE` of SQL answer so by themselves, DynamoDB with `ReturnValues: ALL_OLD`.
   */
  delete(key: string): Promise<boolean>
}

/** For one process, and for as long as it lives. */
export function memorySessionStore(now: () => number = Date.now): SessionStore {
  const entries = new Map<string, { readonly value: string; readonly expiresAtMs: number }>()
  const live = (key: string) => {
    const entry = entries.get(key)
    return entry && entry.expiresAtMs > now() ? entry : undefined
  }

  return {
    get: async (key) => live(key)?.value,
    async set(key, value, expiresAtMs) {
      for (const [other, entry] of entries) if (entry.expiresAtMs <= now()) entries.delete(other)
      entries.set(key, { value, expiresAtMs })
    },
    async delete(key) {
      const was = live(key) !== undefined
      entries.delete(key)
      return was
    },
  }
}
