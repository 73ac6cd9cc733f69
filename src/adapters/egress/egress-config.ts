import { lookup } from 'node:dns/promises'
import type { Upstreams } from '#contract/upstreams.ts'
import type { Resolve } from './checked-lookup.ts'

export interface EgressConfig {
  readonly upstreams: Upstreams
  /** How names are resolved; the system's resolver unless a test says otherwise. */
  readonly lookup?: Resolve
  /** Longest silence within a streamed body, in milliseconds. */
  readonly idleTimeoutMs?: number
}

export const IDLE_TIMEOUT_MS = 30_000

export const systemLookup: Resolve = (hostname) => lookup(hostname, { all: true })
