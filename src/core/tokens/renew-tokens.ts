import { randomUUID } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { Secret } from '#core/secret.ts'
import type {
  RefreshAttempt,
  RenewedTokens,
  Session,
  SessionStore,
} from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import type { LeaseObserver } from './lease-observer.ts'
import { type Pace, repeatUntil } from './pace.ts'
import type { RefreshAnswer, RefreshGrant } from './refresh-answer.ts'
import {
  LEASE_SECONDS,
  REDEEM_BUDGET_MS,
  RESCUE_DEADLINE_MS,
  renewalPlan,
  STORE_DEADLINE_MS,
  UNDO_BUDGET_MS,
} from './refresh-timing.ts'
import type { RescueStore } from './rescue-store.ts'
import { type FailedRefreshAnswer, settleRefresh } from './settle-refresh.ts'
import type { TokenSet, TokenVault } from './token-vault.ts'

export interface TokenRenewalsDeps {
  readonly sessions: SessionStore
  readonly vault: TokenVault
  readonly refreshGrant: RefreshGrant
  readonly rescue: RescueStore
  readonly observer: LeaseObserver
  readonly log: EventLog
  readonly now: Clock
  readonly pace: Pace
}

/** An access token, and the session as it stands with it. */
export interface FreshAccessToken {
  readonly accessToken: Secret
  readonly session: Session
}

/** Tokens to go on with, or what the caller does next. */
export type Renewal =
  | FreshAccessToken
  /** The row says what came of it. */
  | 'read-again'
  /** Somebody else was faster: read again after a moment. */
  | 'lost'
  /** There is nothing on the second path. */
  | 'nothing'

/** The writing half of a renewal: each takes the lease first, and frees it. */
export interface TokenRenewals {
  /** Presents the refresh token, and keeps what comes of it. */
  renew(session: Session, tokens: TokenSet): Promise<Renewal>
  /** Brings the tokens of a renewal that ended without a word from the second path into the row. */
  recover(session: Session): Promise<Renewal>
  /** Marks a session whose tokens are over and whose chain is in doubt. */
  giveUp(session: Session): Promise<Renewal>
}

/** A lease that is ours, since `startedMs` on the monotonic clock. */
interface Holding {
  readonly session: Session
  readonly guard: { readonly fence: number; readonly owner: string }
  readonly startedMs: number
}

export function tokenRenewals(deps: TokenRenewalsDeps): TokenRenewals {
  const { sessions, vault, refreshGrant, rescue, observer, log, now, pace } = deps

  async function acquire(session: Session, attempt: RefreshAttempt): Promise<Holding | undefined> {
    const startedMs = pace.monotonicMs()
    const owner = randomUUID()
    const guard = { fence: session.fence + 1, owner }
    try {
      const held = await sessions.acquireLease(session.id, {
        fence: session.fence,
        lease: { owner, until: now() + LEASE_SECONDS },
        attempt,
        ...(session.lease && { deadOwner: session.lease.owner }),
      })
      return held && { session: held, guard, startedMs }
    } catch (error) {
      // It may have been written all the same. Nothing was presented, so freeing it is safe, and
      // leaving it would put a good refresh token in doubt.
      await repeatUntil(
        () =>
          sessions.releaseLease(session.id, guard, {
            status: 'active',
            failures: session.failures,
            ...(session.nextAttemptAt !== undefined && { nextAttemptAt: session.nextAttemptAt }),
            ...(session.attempt && { unresolved: true }),
          }),
        pace.monotonicMs() + UNDO_BUDGET_MS,
        pace,
      )
      throw error
    }
  }

  /** Puts tokens into the row. `undefined` if it could not be written. */
  function store(
    { session, guard, startedMs }: Holding,
    tokens: () => Promise<RenewedTokens>,
  ): Promise<boolean | undefined> {
    return repeatUntil(
      async () => sessions.storeTokens(session.id, guard, await tokens()),
      startedMs + STORE_DEADLINE_MS,
      pace,
    )
  }

  async function keep(
    holding: Holding,
    granted: Extract<RefreshAnswer, { kind: 'granted' }>,
  ): Promise<Renewal> {
    const { session, startedMs } = holding
    const { id, connection } = session
    const { tokens, issuedAt, expiresAt, marginSeconds, scopes } = granted
    const tokenVersion = session.tokenVersion + 1

    // Sealed once: the store tells a lost write of ours by its ciphertext.
    let sealed: Promise<Uint8Array> | undefined
    const renewed = async (): Promise<RenewedTokens> => {
      sealed ??= vault.seal(tokens, { session: id, tokenVersion, connection })
      const sealedTokens = await sealed.catch((error: unknown) => {
        sealed = undefined
        throw error
      })
      return {
        sealedTokens,
        tokenVersion,
        accessTokenExpiresAt: expiresAt,
        ...renewalPlan(issuedAt, expiresAt, session.expiresAt, marginSeconds),
        scopes,
      }
    }

    const isStored = await store(holding, renewed)
    if (isStored === false) {
      log.error('token_refresh_fenced', { connection })
      return 'read-again'
    }
    if (isStored) {
      const durationMs = Math.round(pace.monotonicMs() - startedMs)
      log.info('token_refreshed', { connection, durationMs })
      return { accessToken: tokens.accessToken, session: renewedSession(session, await renewed()) }
    }

    observer.abandon(session)
    const rescued = await repeatUntil(
      async () => {
        const set = await renewed()
        await rescue.put(id, session.attempt?.id ?? '', set)
        return set
      },
      startedMs + RESCUE_DEADLINE_MS,
      pace,
    )
    if (!rescued) {
      log.error('tokens_lost', { connection })
      throw new BrokerError('internal_error', {
        detail: { connection, reason: 'tokens_not_stored' },
      })
    }
    log.error('tokens_rescued', { connection })
    return { accessToken: tokens.accessToken, session: renewedSession(session, rescued) }
  }

  async function settle(holding: Holding, answer: FailedRefreshAnswer): Promise<Renewal> {
    const { session, guard, startedMs } = holding
    const { id, connection } = session
    const { release, level, event, fields } = settleRefresh(answer, session, now(), pace.random())
    log[level](event, { connection, ...fields })
    const isReleased = await repeatUntil(
      () => sessions.releaseLease(id, guard, release),
      startedMs + STORE_DEADLINE_MS,
      pace,
    )
    if (isReleased === undefined) {
      observer.abandon(session)
      throw new BrokerError('internal_error', {
        detail: { connection, reason: 'lease_not_released' },
      })
    }
    return 'read-again'
  }

  /** What an attempt left on the second path, opened; `undefined` for the tokens already stored. */
  async function findRescued(session: Session) {
    const { id, connection, attempt, tokenVersion } = session
    const renewed = attempt && (await rescue.find(id, attempt.id))
    if (renewed?.tokenVersion !== tokenVersion + 1) return undefined
    const binding = { session: id, connection, tokenVersion: renewed.tokenVersion }
    return { renewed, tokens: await vault.open(renewed.sealedTokens, binding) }
  }

  async function adopt(
    holding: Holding,
    { renewed, tokens }: { readonly renewed: RenewedTokens; readonly tokens: TokenSet },
  ): Promise<Renewal> {
    const { session } = holding
    const isStored = await store(holding, async () => renewed)
    if (isStored === false) return 'lost'
    // Not stored, it is still on the second path, for the next one to try.
    if (isStored === undefined) observer.abandon(session)
    else log.warn('tokens_recovered', { connection: session.connection })
    return { accessToken: tokens.accessToken, session: renewedSession(session, renewed) }
  }

  return {
    async renew(session, tokens) {
      const holding = await acquire(session, {
        id: randomUUID(),
        startedAt: now(),
        phase: 'redeeming',
      })
      if (!holding) return 'lost'
      const answer = await refreshGrant({
        session: holding.session,
        tokens,
        remainingMs: () => holding.startedMs + REDEEM_BUDGET_MS - pace.monotonicMs(),
      })
      return answer.kind === 'granted' ? keep(holding, answer) : settle(holding, answer)
    },

    async recover(session) {
      const rescued = await findRescued(session)
      if (!rescued || !session.attempt) return 'nothing'
      // The same attempt again: whoever follows us must find what it left.
      const holding = await acquire(session, session.attempt)
      return holding ? adopt(holding, rescued) : 'lost'
    },

    async giveUp(session) {
      if (!session.attempt) return 'read-again'
      const holding = await acquire(session, session.attempt)
      if (!holding) return 'lost'
      // The fence is ours now: what is not on the second path yet will not be used any more.
      const rescued = await findRescued(session)
      if (rescued) return adopt(holding, rescued)
      const { id, connection, failures } = session
      await sessions.releaseLease(id, holding.guard, {
        status: 'reauthorization-required',
        failures,
      })
      log.warn('session_reauthorization_required', { connection, reason: 'attempt_unresolved' })
      return 'read-again'
    },
  }
}

/** The row as {@link SessionStore.storeTokens} leaves it. */
function renewedSession(session: Session, tokens: RenewedTokens): Session {
  const { lease, attempt, nextAttemptAt, renewAhead, ...kept } = session
  return { ...kept, ...tokens, failures: 0 }
}
