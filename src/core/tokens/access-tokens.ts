import { createHash, randomUUID } from 'node:crypto'
import type { EventLog } from '#core/event-log.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import { leaseObserver } from './lease-observer.ts'
import { type Pace, systemPace } from './pace.ts'
import type { RefreshGrant } from './refresh-answer.ts'
import { refreshHealth } from './refresh-health.ts'
import { type RefreshObserver, silentRefreshObserver } from './refresh-observer.ts'
import { sessionRefreshDueAt } from './refresh-timing.ts'
import type { RescueStore } from './rescue-store.ts'
import { type FreshAccessToken, type RunRenewalDeps, runRenewal } from './run-renewal.ts'
import { isSameToken } from './same-token.ts'
import { renewalTeller } from './tell-renewal.ts'
import type { TokenVault } from './token-vault.ts'

/** After a renewal that a 401 forced, another 401 forces none for this long. */
const FORCED_PAUSE_MS = 60_000

/** Forced renewals in memory. */
const MOST_FORCED = 1_000

export interface AccessTokensDeps {
  readonly sessions: SessionStore
  readonly vault: TokenVault
  readonly refreshGrant: RefreshGrant
  readonly rescue: RescueStore
  readonly registry: Pick<Registry, 'findConnection'>
  readonly log: EventLog
  readonly now: Clock
  readonly observer?: RefreshObserver
  readonly pace?: Pace
}

export interface FreshAccessTokenOptions {
  /**
   * The access token that the EHR answered 401 to: it is renewed although it seems valid, unless
   * somebody has renewed it since. If it was itself renewed so a moment ago, it is answered again:
   * the 401 is then not about the token.
   */
  readonly rejected?: Secret
  /**
   * Renews tokens that fall due within this time, and not only what is due: for whoever comes by
   * once a minute. @default 0
   */
  readonly dueWithinSeconds?: number
  /**
   * The session was read consistently just now, so a renewal begins with it and spares a read. One
   * that changed since only costs a wait: the lease is taken of the row that was read, or not.
   * @default false
   */
  readonly isJustRead?: boolean
  /** Is given a renewal that is waited for, whoever makes it, and waits. */
  readonly whileRenewing?: <Renewed>(renewal: Promise<Renewed>) => Promise<Renewed>
  /** What is left of the invocation; no renewal is begun that could not be finished in it. */
  readonly remainingMs?: () => number
  /** Told when the authorization server has granted this call's renewal, before that is stored. */
  readonly onGranted?: () => void
}

export interface AccessTokens {
  /**
   * A valid access token of a live session, renewed when it is about to end.
   *
   * Of any number of callers, in any number of instances, one presents the refresh token. The
   * others are served the old access token while it is valid, and after that wait. To be awaited
   * before the handler returns, because Lambda freezes then.
   *
   * @throws BrokerError `session_over`, `session_busy`, `upstream_unavailable` (these two with
   * `retryAfterSeconds`), `internal_error` (`vault_open_failed`, `tokens_not_stored`). `session_over`
   * also where the row's tokens are refused by the vault
   */
  freshAccessToken(session: Session, options?: FreshAccessTokenOptions): Promise<FreshAccessToken>
}

/**
 * Hands out access tokens. One per instance: it holds the instance's single flights, what it saw of
 * leases, and its breakers.
 */
export function accessTokens(deps: AccessTokensDeps): AccessTokens {
  const { vault, now, log, pace = systemPace, observer = silentRefreshObserver } = deps
  const health = refreshHealth(pace)
  const teller = renewalTeller(log, observer, pace.monotonicMs)
  const leases = leaseObserver(pace.monotonicMs)
  const flights = new Map<string, Promise<FreshAccessToken>>()
  const forced = recentMap<{ readonly token: Secret; readonly atMs: number }>(MOST_FORCED)

  const renewalDeps: RunRenewalDeps = {
    ...deps,
    pace,
    leases,
    holdOffSeconds: health.holdOffSeconds,
    async onAnswer(session, { tokenEndpoint }, answer) {
      teller.answered(session, answer)
      const change = health.note(session.connection, tokenEndpoint, answer)
      if (change) await teller.healthChanged(session.connection, change)
    },
    async onNote(session, note) {
      if (note.note === 'abandoned') leases.abandon(session.id, note.owner)
      await teller.noted(session, note)
    },
  }

  const telling = (onGranted: () => void): RunRenewalDeps => ({
    ...renewalDeps,
    async onAnswer(session, asked, answer) {
      if (answer.kind === 'granted') onGranted()
      await renewalDeps.onAnswer(session, asked, answer)
    },
  })

  const isDue = (session: Session, aheadSeconds: number): boolean =>
    now() + aheadSeconds >= sessionRefreshDueAt(session)

  /** The token to renew although it seems valid; `undefined` where that was just done. */
  function toForce({ id }: Session, rejected: Secret | undefined): Secret | undefined {
    const last = forced.get(id)
    const isRecent = last !== undefined && pace.monotonicMs() - last.atMs < FORCED_PAUSE_MS
    return isRecent && isSameToken(last.token, rejected) ? undefined : rejected
  }

  return {
    async freshAccessToken(session, options = {}) {
      const { id, status, connection, tokenVersion, sealedTokens } = session
      const { rejected, dueWithinSeconds = 0, isJustRead, remainingMs = () => Infinity } = options
      const { onGranted, whileRenewing = (renewal) => renewal } = options
      const forcing = toForce(session, rejected)

      // The row was read for this request: while its tokens are not due it needs no second look.
      if (!rejected && status === 'active' && !isDue(session, dueWithinSeconds)) {
        const tokens = await vault.open(sealedTokens, { session: id, connection, tokenVersion })
        return { accessToken: tokens.accessToken, session }
      }

      const key = `${id} ${dueWithinSeconds} ${forcing ? tokenHash(forcing) : ''}`
      const startedMs = pace.monotonicMs()
      const flight = {
        id: randomUUID(),
        startedMs,
        endsMs: startedMs + remainingMs(),
        aheadSeconds: dueWithinSeconds,
      }
      const renewal =
        flights.get(key) ??
        runRenewal(
          id,
          forcing,
          flight,
          onGranted ? telling(onGranted) : renewalDeps,
          isJustRead ? session : undefined,
        ).finally(() => flights.delete(key))
      flights.set(key, renewal)
      const fresh = await whileRenewing(renewal)
      if (forcing && !isSameToken(fresh.accessToken, forcing)) {
        forced.set(id, { token: fresh.accessToken, atMs: pace.monotonicMs() })
      }
      return fresh
    },
  }
}

function tokenHash(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('base64url')
}
