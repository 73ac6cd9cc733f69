import type { EventLog } from '#core/event-log.ts'
import type { BrokerEvents } from '#core/events/broker-events.ts'
import type { EndingSessions } from '#core/session/ending-sessions.ts'
import type { Session } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { LeaseObserver } from '#core/tokens/lease-observer.ts'
import type { RescueStore } from '#core/tokens/rescue-store.ts'
import type { Revocation, RevokeTokens } from '#core/tokens/revoke-tokens.ts'
import type { TokenSet, TokenVault } from '#core/tokens/token-vault.ts'

/** How long revoking is tried, once in each run; then the tokens are left to their own end. */
const REVOKE_FOR_SECONDS = 600

export interface EndDueSessionDeps {
  readonly endings: EndingSessions
  readonly vault: Pick<TokenVault, 'open'>
  readonly rescue: Pick<RescueStore, 'find'>
  readonly revokeTokens: RevokeTokens
  readonly leases: LeaseObserver
  readonly events: BrokerEvents
  readonly log: EventLog
  readonly now: Clock
}

/**
 * Marks a session that is idle or past its end, and tells its app.
 *
 * @returns it as it stands then; `undefined` if somebody used or renewed it meanwhile
 */
export async function beginEnd(
  session: Session,
  reason: 'idle' | 'absolute_end',
  { endings, leases, events, log, now }: EndDueSessionDeps,
): Promise<Session | undefined> {
  const { id, lease, app, connection, launchId } = session
  const deadOwner = leases.isDead(session.id, lease, now()) ? lease?.owner : undefined
  const ending = await endings.begin(session, now(), deadOwner)
  if (ending) {
    log.info('session_ended', { app, connection, launchId, reason })
    await events.emit({ type: 'session.ended', app, connection, session: id, reason })
  }
  return ending
}

/**
 * Revokes the tokens of a session that is ending and removes it. To its readers it was over before;
 * how revoking goes never keeps it. While somebody still renews its tokens it is left, because it is
 * the newest that have to be revoked.
 */
export async function endDueSession(
  session: Session,
  { endings, revokeTokens, leases, log, now, ...stores }: EndDueSessionDeps,
): Promise<'ended' | 'left' | 'failed'> {
  const { app, connection, lease } = session
  if (lease && !leases.isDead(session.id, lease, now())) return 'left'

  // Its connection's tokens are not its own to revoke.
  if (session.authority === 'system') {
    await endings.remove(session)
    return 'ended'
  }
  const { outcome, detail } = await newestTokens(session, stores).then(
    (tokens) => revokeTokens(session, tokens),
    (): Revocation => ({ outcome: 'failed', detail: { reason: 'tokens_not_opened' } }),
  )
  const isTriedOut = now() - (session.dueAt ?? 0) >= REVOKE_FOR_SECONDS
  const fields = { app, connection, ...detail }
  switch (outcome) {
    case 'revoked':
      log.info('session_tokens_revoked', fields)
      break
    case 'not_offered':
      log.info('session_tokens_not_revoked', fields)
      break
    default:
      log.warn('session_tokens_not_revoked', fields)
      if (outcome === 'failed' && !isTriedOut) return 'failed'
  }
  await endings.remove(session)
  return 'ended'
}

/** The row's tokens, or those that a renewal could only put on the second path. */
async function newestTokens(
  { id, connection, tokenVersion, sealedTokens, attempt }: Session,
  { vault, rescue }: Pick<EndDueSessionDeps, 'vault' | 'rescue'>,
): Promise<TokenSet> {
  const rescued = attempt && (await rescue.find(id, attempt.id))
  const isNewer = rescued !== undefined && rescued.tokenVersion > tokenVersion
  return isNewer
    ? vault.open(rescued.sealedTokens, {
        session: id,
        connection,
        tokenVersion: rescued.tokenVersion,
      })
    : vault.open(sealedTokens, { session: id, connection, tokenVersion })
}
