import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/**
 * oidc-provider's storage, in memory. Its own quick-start adapter drops the oldest of a thousand
 * entries, so that busy tests would lose refresh tokens.
 */
export function memoryAdapter(): AdapterFactory {
  const entries = new Map<string, Entry>()

  const find = (matches: (payload: AdapterPayload) => boolean) =>
    [...entries.values()].find((entry) => isLive(entry) && matches(entry.payload))?.payload

  return (model): Adapter => ({
    async upsert(id, payload, expiresIn = Number.POSITIVE_INFINITY) {
      entries.set(`${model}:${id}`, { payload, expiresAtMs: Date.now() + expiresIn * 1000 })
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
      if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key)
    },
  })
}

function isLive({ expiresAtMs }: Entry): boolean {
  return expiresAtMs > Date.now()
}
