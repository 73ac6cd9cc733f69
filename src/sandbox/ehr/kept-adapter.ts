import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import type { StateFile } from '#local/state-file.ts'

/** What oidc-provider keeps: a grant, a token, an interaction. */
export interface ProviderEntry {
  readonly payload: AdapterPayload
  /** Without one it does not end. */
  readonly expiresAtMs?: number
}

/**
 * oidc-provider's storage, in memory or in a file. Its own quick-start adapter drops the oldest of a
 * thousand entries, so that busy tests would lose refresh tokens.
 */
export function keptAdapter(entries: StateFile<ProviderEntry>): AdapterFactory {
  for (const [key, entry] of [...entries.entries()]) if (!isLive(entry)) entries.delete(key)

  const find = (matches: (payload: AdapterPayload) => boolean) =>
    [...entries.entries()].find(([, entry]) => isLive(entry) && matches(entry.payload))?.[1].payload

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn) {
      entries.set(`${model}:${id}`, {
        payload,
        ...(expiresIn !== undefined && { expiresAtMs: Date.now() + expiresIn * 1000 }),
      })
    },
    async find(id) {
      const entry = entries.get(`${model}:${id}`)
      return entry && isLive(entry) ? entry.payload : undefined
    },
    async findByUid(uid) {
      return find((payload) => payload.kind === model && payload.uid === uid)
    },
    async findByUserCode(userCode) {
      return find((payload) => payload.kind === model && payload.userCode === userCode)
    },
    async consume(id) {
      const entry = entries.get(`${model}:${id}`)
      if (!entry) return
      entry.payload.consumed = Math.floor(Date.now() / 1000)
      entries.set(`${model}:${id}`, entry)
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of [...entries.entries()]) {
        if (payload.grantId === grantId) entries.delete(key)
      }
    },
  })
}

function isLive({ expiresAtMs = Number.POSITIVE_INFINITY }: ProviderEntry): boolean {
  return expiresAtMs > Date.now()
}
