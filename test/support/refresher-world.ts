import { memoryDueSessions } from '#adapters/memory/due-sessions.ts'
import { memoryEndingSessions } from '#adapters/memory/ending-sessions.ts'
import type { Happening } from '#core/events/broker-event.ts'
import type { SweepDeps } from '#core/refresher/sweep.ts'
import type { Session } from '#core/session/session-store.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import type { Revocation, RevokeTokens } from '#core/tokens/revoke-tokens.ts'
import { NOW } from '../fixtures.ts'
import { tokenWorld } from './token-world.ts'

/**
 * What the refresher is made of, with sessions in shards by the first letter of their id and an EHR that
 * revokes as a test says.
 */
export async function refresherWorld(
  rows: readonly Partial<Session>[] = [],
  revoke: () => Revocation = () => ({ outcome: 'revoked', detail: {} }),
) {
  const world = await tokenWorld()
  const { sessions, vault, rescue, log, metrics, now, pace, session } = world
  sessions.delete(session.id)
  for (const row of rows) {
    // Bound to its session's key, as every row's tokens are.
    const { id = session.id, tokenVersion = 1 } = row
    const tokens = await vault.open(session.sealedTokens, {
      session: session.id,
      connection: session.connection,
      tokenVersion: 1,
    })
    const binding = { session: id, connection: session.connection, tokenVersion }
    const sealedTokens = await vault.seal(tokens, binding)
    const { refreshDueAt = NOW } = row
    const due = { refreshDueAt, renewAhead: true, dueAt: refreshDueAt } as const
    sessions.put({ ...session, sealedTokens, ...due, ...row })
  }
  const revoked: string[] = []
  const revokeTokens: RevokeTokens = async (_, tokens) => {
    revoked.push((tokens.refreshToken ?? tokens.accessToken).reveal())
    return revoke()
  }
  const told: Happening[] = []
  const deps: SweepDeps = {
    due: memoryDueSessions(sessions, (id) => id.charCodeAt(0) - 97),
    sessions,
    tokens: world.instance(),
    endings: memoryEndingSessions(sessions),
    vault,
    rescue,
    revokeTokens,
    leases: leaseObserver(pace.monotonicMs),
    log,
    now,
    monotonicMs: pace.monotonicMs,
    events: { emit: async (happening) => void told.push(happening) },
    metrics,
  }
  return { ...world, deps, revoked, told }
}
