import type { Clock, EpochSeconds } from './time.ts'

export interface TimedCacheOptions<Value> {
  readonly now: Clock
  /** For how many seconds a value is good, judged once, when it has come. */
  readonly lifetimeSeconds: (value: Value) => number
  /** The most values kept; callers may choose the keys, so there is always a most. */
  readonly maxEntries: number
  /**
   * For how long after its end a value still serves while loading fails, and how soon loading is then
   * tried again.
   */
  readonly stale?: { readonly seconds: number; readonly retrySeconds: number }
}

interface ReadOptions {
  /** Loads even where a good value is kept, and keeps the new one. */
  readonly fresh?: boolean
  /** Told why a value that is past its end is served. */
  readonly onStale?: (error: unknown) => void
}

/** Remembers what a key's loader answered, for a while. */
export interface TimedCache<Value> {
  /**
   * The value kept, else what `load` answers. Calls that come while it loads share its answer; a
   * failure is told to all of them and not kept.
   */
  read(key: string, load: () => Promise<Value>, options?: ReadOptions): Promise<Value>
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
  stale,
}: TimedCacheOptions<Value>): TimedCache<Value> {
  const entries = new Map<string, Entry<Value>>()
  /** Values that came, and until when they may stand in for one that does not come. */
  const standIns = new Map<string, { readonly value: Value; readonly until: EpochSeconds }>()

  const bound = (kept: Map<string, unknown>) => {
    for (const oldest of kept.keys()) {
      if (kept.size <= maxEntries) break
      kept.delete(oldest)
    }
  }

  const keep = (key: string, load: () => Promise<Value>, onStale: ReadOptions['onStale']) => {
    let lifetime = lifetimeSeconds
    const loaded = load().then(
      (value) => {
        if (stale) {
          standIns.delete(key)
          standIns.set(key, { value, until: now() + lifetimeSeconds(value) + stale.seconds })
          bound(standIns)
        }
        return value
      },
      (error: unknown) => {
        const standIn = standIns.get(key)
        if (!stale || !standIn || now() >= standIn.until) throw error
        onStale?.(error)
        lifetime = () => stale.retrySeconds
        return standIn.value
      },
    )
    const entry: Entry<Value> = { value: loaded }
    entries.delete(key)
    entries.set(key, entry)
    bound(entries)
    loaded.then(
      (value) => {
        entry.expiresAt = now() + lifetime(value)
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key)
      },
    )
    return loaded
  }

  return {
    async read(key, load, { fresh = false, onStale } = {}) {
      const kept = entries.get(key)
      const good = kept && (kept.expiresAt === undefined || now() < kept.expiresAt)
      return good && !fresh ? kept.value : keep(key, load, onStale)
    },
  }
}
