import { memoryEndingSessions } from '#adapters/memory/ending-sessions.ts'
import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import type { EventLog } from '#core/event-log.ts'
import { type SweepRequest, type SweepSummary, sweep } from '#core/refresher/sweep.ts'
import { Secret } from '#core/secret.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import type { RefreshGrant } from '#core/tokens/refresh-answer.ts'
import type { TokenSet, TokenVault } from '#core/tokens/token-vault.ts'
import { aConnection, aRegistry } from '../../test/fixtures.ts'
import type { SimulatedSessions } from './simulated-sessions.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What things take. */
export interface Durations {
  /** A renewal's share of the processor, of one core: its requests to AWS included. */
  readonly cpuMs: number
  /** How much of a core the function has, 1 at most. */
  readonly core: number
  /** A request to a table. */
  readonly tableMs: number
  /** What the authorization server takes for an answer; asked anew for each. */
  readonly upstreamMs: () => number
}

/** Renewed tokens: for how long they live, and how long before that they are due. */
export interface TokenTerms {
  readonly lifeSeconds: number
  readonly marginSeconds: number
}

/** A renewal reads, takes the lease, asks the server and stores: it computes after each. */
const SLICES = 4

const TOKENS: TokenSet = {
  accessToken: new Secret('access'),
  refreshToken: new Secret('refresh'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  pagingKey: new Secret('paging-key'),
}
const SILENT: EventLog = { info: () => undefined, warn: () => undefined, error: () => undefined }
const REGISTRY = aRegistry({ connections: [aConnection()] })

/** Cryptography takes its part of `cpuMs`, and needs no doing. */
const VAULT: TokenVault = {
  seal: async () => new Uint8Array(),
  open: async () => TOKENS,
}

/** What stays as it was through a simulation. */
interface SimulatedWorld {
  readonly time: VirtualTime
  readonly sessions: SimulatedSessions
  readonly durations: Durations
  readonly terms: TokenTerms
}

/**
 * An instance of the refresher: the sweep and the renewals are the broker's own code. What is
 * simulated is what it waits for: the tables, the authorization server, and its one processor, on
 * which one session's slice is computed after the other's.
 */
export function simulatedInstance({ time, sessions, durations, terms }: SimulatedWorld) {
  const { now, pace } = time
  const slice = durations.cpuMs / SLICES / durations.core
  let freeAtMs = 0
  async function compute(): Promise<void> {
    freeAtMs = Math.max(freeAtMs, pace.monotonicMs()) + slice
    await pace.sleep(freeAtMs - pace.monotonicMs())
  }
  async function request(): Promise<void> {
    if (durations.tableMs > 0) await pace.sleep(durations.tableMs)
    await compute()
  }
  const refreshGrant: RefreshGrant = async ({ session, remainingMs }) => {
    // What comes after the time-out is another story (docs/refresh.md): here no answer takes so long.
    await pace.sleep(Math.min(durations.upstreamMs(), remainingMs() - 1))
    await compute()
    return {
      kind: 'granted',
      tokens: TOKENS,
      issuedAt: now(),
      expiresAt: now() + terms.lifeSeconds,
      marginSeconds: terms.marginSeconds,
      scopes: session.scopes,
    }
  }
  const stores = sessions.seenBy(request)
  const rescue = memoryRescueStore(now)
  const own = { ...stores, vault: VAULT, registry: REGISTRY, rescue, log: SILENT, now, pace }
  const tokens = accessTokens({ ...own, refreshGrant })
  const leases = leaseObserver(pace.monotonicMs)

  /** One run, as a schedule wakes it. */
  return (asked: Omit<SweepRequest, 'remainingMs'>, timeoutMs: number): Promise<SweepSummary> => {
    const endsMs = pace.monotonicMs() + timeoutMs
    return sweep(
      { ...asked, remainingMs: () => endsMs - pace.monotonicMs() },
      {
        ...own,
        tokens,
        leases,
        endings: memoryEndingSessions(memorySessionStore()),
        revokeTokens: async () => ({ outcome: 'not_offered', detail: {} }),
        events: { emit: async () => undefined },
        metrics: { add: () => undefined },
        monotonicMs: pace.monotonicMs,
        turn: () => Promise.resolve(),
      },
    )
  }
}
