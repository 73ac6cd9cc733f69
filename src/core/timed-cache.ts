import type { Clock, EpochSeconds } from './time.ts'

export interface TimedCacheOptions<Value> {
  readonly now: Clock
  /** For how many seconds a value is good, judged once, when it has come. */
  readonly lifetimeSeconds: (value: Value) => number
  /** The most values kept; callers may choose the keys, so there is always a most. */
  readonly maxEntries: number
}

/** Remembers what a key's loader answered, for a while. */
export interface TimedCache<Value> {
  /**
   * The value kept, else what `load` answers. Calls that come while it loads share its answer; a
   * failure is told to all of them and not kept.
   *
   * @param options.fresh loads even where a good value is kept, and keeps the new one
   */
  read(
    key: string,
    load: () => Promise<Value>,
    options?: { readonly fresh?: boolean },
  ): Promise<Value>
}

interface Entry<Value> {
  readonly value: Promise<Value>
  /** Absent while it loads. */
  expiresAt?: EpochSeconds
}

export function timedCache<Value>({
  now,
  lifetimeSeconds,
  maxEntries,
}: TimedCacheOptions<Value>): TimedCache<Value> {
  const entries = new Map<string, Entry<Value>>()

  const keep = (key: string, load: () => Promise<Value>): Promise<Value> => {
    const entry: Entry<Value> = { value: load() }
    entries.delete(key)
    entries.set(key, entry)
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break
      entries.delete(oldest)
    }
    entry.value.then(
      (value) => {
        entry.expiresAt = now() + lifetimeSeconds(value)
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key)
      },
    )
    return entry.value
  }

  return {
    async read(key, load, { fresh = false } = {}) {
      const kept = entries.get(key)
      const good = kept && (kept.expiresAt === undefined || now() < kept.expiresAt)
      return good && !fresh ? kept.value : keep(key, load)
    },
  }
}
