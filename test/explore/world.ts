import { type SessionRowWrites, sessionRowWrites } from '#adapters/memory/session-row.ts'

import type { RenewedTokens, Session } from '#core/session/session-store.ts'
import { judgeLease, type LeaseSeen } from '#core/tokens/lease-observer.ts'
import { nextRenewal } from '#core/tokens/next-renewal.ts'
import type { RefreshTokenReuse, RenewalAction, RenewalState } from '#core/tokens/renewal.ts'
import { aSession, NOW } from '../fixtures.ts'
import { FIRST_PAIR, newServer, type Pair, type ServerKind } from './authorization-server.ts'
import type { Grant } from './undecided-server.ts'

/** Time goes on by this many seconds, when nobody can do anything without. */
export const TICK_SECONDS = 5

/** Nobody sets out later than this; who comes after all is over is the last caller's part. */
export const LAST_START_SECONDS = 25

/** Who is frozen for longer than this never comes back. */
export const LAST_THAW_SECONDS = 45

/** Actions on the Sessions table; the second path is in another. */
export const OF_TABLE: ReadonlySet<string> = new Set(['read', 'acquire', 'store', 'release'])

/** What may still go wrong. */
export interface Faults {
  /** A caller that holds the lease is gone for good. */
  readonly crash: number
  /** A caller is stopped for a while, its clock with it: an instance that was frozen, and thawed. */
  readonly freeze: number
  /** A reply is lost, or a request late; a write's answer is lost, or the SDK repeats it. */
  readonly lost: number
  /** The Sessions table is away for a while. */
  readonly outage: number
  /** The session is ended, or deleted. */
  readonly logout: number
}

export const NO_FAULTS: Faults = { crash: 0, freeze: 0, lost: 0, outage: 0, logout: 0 }

/** One world to explore. */
export interface Setting {
  /** The kinds of which the server is one: which, shows when it is asked with a used token. */
  readonly servers: readonly ServerKind[]
  /** What the connection's vendor profile says of it. */
  readonly reuse: RefreshTokenReuse
  /** When the access token ends; it is due from the beginning. */
  readonly endsAfterSeconds: number
  readonly callers: readonly {
    readonly name: string
    /** How far its clock is from the true time. */
    readonly skewSeconds: number
    readonly aheadSeconds: number
    /** The EHR refused it the first access token. */
    readonly isRejected?: true
  }[]
  readonly faults: Faults
}

/** What is taken for granted, so that a defense can be taken out. */
export interface Rules {
  readonly next: typeof nextRenewal
  readonly judge: typeof judgeLease
  readonly rows: SessionRowWrites
}

export const RULES: Rules = { next: nextRenewal, judge: judgeLease, rows: sessionRowWrites }

/** Tokens in memory: opened from the row of a version, or renewed for the next. */
export interface Held extends Pair {
  readonly version: number
  readonly endsAt: number
  /** Of renewed ones: whose journal they are of. */
  readonly attempt?: string
}

/** A refresh token that was presented: what comes of it, or nothing that anybody hears of. */
export interface Post {
  readonly sentMs: number
  readonly withinMs: number
  readonly version: number
  readonly isSilent: boolean
  readonly pair?: Pair
}

export interface Caller {
  readonly name: string
  readonly mode: 'idle' | 'running' | 'frozen' | 'done'
  readonly startedAt: number
  readonly frozenAt: number
  /** Its monotonic clock stood still for this long. */
  readonly pausedSeconds: number
  readonly sawLogout: boolean
  readonly seen?: LeaseSeen
  readonly state?: RenewalState
  readonly action?: RenewalAction
  readonly read?: Held
  readonly hand?: Held
  readonly post?: Post
  /** Since when it pauses. It wakes up at the next tick, or sees what has changed meanwhile. */
  readonly asleep?: { readonly at: number; readonly sees: boolean }
  readonly outcome?: string
}

/** What every caller may meet, and changes with its writes. */
export interface Scene {
  readonly t: number
  readonly row: Session | undefined
  readonly leaseTakenAt: number
  readonly isLoggedOut: boolean
  readonly isDown: boolean
}

/** What has come of it all so far: few steps depend on it, and most leave it as it is. */
export interface Past {
  /** The second path: sets of tokens by attempt. */
  readonly rescue: Readonly<Record<string, Held>>
  readonly grant: Grant
  /** Requests that arrive when nobody waits for them any more. */
  readonly late: readonly number[]
  /** How often the refresh token of a row's version was presented, first and again. */
  readonly presented: Readonly<Record<number, readonly [number, number]>>
  /** Versions whose second presentation is journaled. */
  readonly journaled: readonly number[]
  /** Versions of which it was told that the person must sign on again, and not taken back. */
  readonly told: readonly number[]
  /**
   * Who presented a refresh token, or may have for all that others can know, and left no word of it
   * while its lease stood.
   */
  readonly doubts: readonly string[]
}

const sealed = new Map<string, Uint8Array>()

/** The same ciphertext for the same tokens, as the store compares them by identity. */
function seal({ refresh, access, version }: Held): Uint8Array {
  const key = `${refresh}.${access}.${version}`
  const known = sealed.get(key) ?? new Uint8Array([refresh, access, version])
  sealed.set(key, known)
  return known
}

const opened = new WeakMap<Session, Held>()

export function open(row: Session): Held {
  const known = opened.get(row)
  if (known) return known
  const [refresh = 0, access = 0] = row.sealedTokens
  const { tokenVersion: version, accessTokenExpiresAt: endsAt } = row
  const held = { refresh, access, version, endsAt }
  opened.set(row, held)
  return held
}

export function renewedTokens(held: Held): RenewedTokens {
  return {
    sealedTokens: seal(held),
    tokenVersion: held.version,
    accessTokenExpiresAt: held.endsAt,
    refreshDueAt: held.endsAt - 60,
    scopes: [],
  }
}

export function aCaller(name: string): Caller {
  return { name, mode: 'idle', startedAt: 0, frozenAt: 0, pausedSeconds: 0, sawLogout: false }
}

export function firstScene({ endsAfterSeconds }: Setting): Scene {
  const endsAt = NOW + endsAfterSeconds
  return {
    t: 0,
    row: aSession({
      sealedTokens: seal({ ...FIRST_PAIR, version: 1, endsAt }),
      accessTokenExpiresAt: endsAt,
      refreshDueAt: NOW - 60,
      scopes: [],
    }),
    leaseTakenAt: 0,
    isLoggedOut: false,
    isDown: false,
  }
}

export function firstPast({ servers }: Setting): Past {
  return {
    rescue: {},
    grant: { kinds: servers, server: newServer },
    late: [],
    presented: {},
    journaled: [],
    told: [],
    doubts: [],
  }
}
