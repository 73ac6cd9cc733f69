import { createHash } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Secret } from '#core/secret.ts'
import type { Session, SessionStore } from '#core/session/session-store.ts'
import type { Clock } from '#core/time.ts'
import { decideRefresh } from './decide-refresh.ts'
import { leaseObserver } from './lease-observer.ts'
import { type Pace, systemPace } from './pace.ts'
import type { RefreshGrant } from './refresh-answer.ts'
import { RESCUE_DEADLINE_MS, sessionRefreshDueAt, WAIT_BUDGET_MS } from './refresh-timing.ts'
import { type FreshAccessToken, type Renewal, tokenRenewals } from './renew-tokens.ts'
import type { RescueStore } from './rescue-store.ts'
import type { TokenSet, TokenVault } from './token-vault.ts'

/** Waiters read the row again after this, in milliseconds: decorrelated jitter between the two. */
const POLL_MS = { least: 25, most: 200 } as const

/** After a renewal that a 401 forced, another 401 forces none for this long. */
const FORCED_PAUSE_MS = 60_000

/** Forced renewals in memory. */
const MOST_FORCED = 1_000

export interface AccessTokensDeps {
  readonly sessions: SessionStore
  readonly vault: TokenVault
  readonly refreshGrant: RefreshGrant
  readonly rescue: RescueStore
  readonly log: EventLog
  readonly now: Clock
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
  /** What is left of the invocation; no renewal is begun that could not be finished in it. */
  readonly remainingMs?: () => number
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
   * `retryAfterSeconds`), `internal_error` (`vault_open_failed`, `tokens_not_stored`)
   */
  freshAccessToken(session: Session, options?: FreshAccessTokenOptions): Promise<FreshAccessToken>
}

/** Hands out access tokens. One per instance: it holds the instance's single flights. */
export function accessTokens(deps: AccessTokensDeps): AccessTokens {
  const { sessions, vault, now, pace = systemPace } = deps
  const observer = leaseObserver(pace.monotonicMs)
  const renewals = tokenRenewals({ ...deps, pace, observer })
  const flights = new Map<string, Promise<FreshAccessToken>>()
  const forced = recentMap<{ readonly token: Secret; readonly atMs: number }>(MOST_FORCED)

  const open = ({ id, connection, tokenVersion, sealedTokens }: Session): Promise<TokenSet> =>
    vault.open(sealedTokens, { session: id, connection, tokenVersion })

  /** Reads, decides and acts until there is a token, or a reason why there is none. */
  async function fly(
    id: string,
    rejected: Secret | undefined,
    aheadSeconds: number,
    remainingMs: () => number,
  ): Promise<FreshAccessToken> {
    const pause = waiter(pace)
    let unrescued: string | undefined
    let hasRenewed = false

    for (;;) {
      const session = await sessions.read(id, { consistent: true })
      if (!session) throw new BrokerError('session_over')
      const tokens = await open(session)
      const next = decideRefresh(session, {
        now: now(),
        aheadSeconds,
        hasRefreshToken: tokens.refreshToken !== undefined,
        leaseDead: observer.isDead(session, now()),
        isRejected: isSame(tokens.accessToken, rejected),
        nothingRescued: unrescued !== undefined && unrescued === session.attempt?.id,
        mayRenew: !hasRenewed && remainingMs() >= RESCUE_DEADLINE_MS,
      })

      let renewal: Renewal
      switch (next.step) {
        case 'use':
          return { accessToken: tokens.accessToken, session }
        case 'refuse': {
          const { code, step, ...hint } = next
          throw new BrokerError(code, { detail: { connection: session.connection }, ...hint })
        }
        case 'wait':
          renewal = 'lost'
          break
        case 'refresh':
          renewal = await renewals.renew(session, tokens)
          hasRenewed = renewal !== 'lost'
          break
        case 'recover':
          renewal = await renewals.recover(session)
          if (renewal === 'nothing') unrescued = session.attempt?.id
          break
        case 'give-up':
          renewal = await renewals.giveUp(session)
          break
      }
      if (typeof renewal === 'object') return renewal
      if (renewal === 'lost') await pause()
    }
  }

  const isDue = (session: Session, aheadSeconds: number): boolean =>
    now() + aheadSeconds >= sessionRefreshDueAt(session)

  /** The token to renew although it seems valid; `undefined` where that was just done. */
  function toForce({ id }: Session, rejected: Secret | undefined): Secret | undefined {
    const last = forced.get(id)
    const isRecent = last !== undefined && pace.monotonicMs() - last.atMs < FORCED_PAUSE_MS
    return isRecent && isSame(last.token, rejected) ? undefined : rejected
  }

  return {
    async freshAccessToken(session, options = {}) {
      const { id, status } = session
      const { rejected, dueWithinSeconds = 0, remainingMs = () => Infinity } = options
      const forcing = toForce(session, rejected)

      // The row was read for this request: while its tokens are not due it needs no second look.
      if (!rejected && status === 'active' && !isDue(session, dueWithinSeconds)) {
        return { accessToken: (await open(session)).accessToken, session }
      }

      const key = `${id} ${dueWithinSeconds} ${forcing ? tokenHash(forcing) : ''}`
      const flight =
        flights.get(key) ??
        fly(id, forcing, dueWithinSeconds, remainingMs).finally(() => flights.delete(key))
      flights.set(key, flight)
      const fresh = await flight
      if (forcing && !isSame(fresh.accessToken, forcing)) {
        forced.set(id, { token: fresh.accessToken, atMs: pace.monotonicMs() })
      }
      return fresh
    },
  }
}

function isSame(token: Secret, other: Secret | undefined): boolean {
  return other !== undefined && token.reveal() === other.reveal()
}

function tokenHash(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('base64url')
}

/** Waits between two readings, longer than the worst case of a lease's holder in all. */
function waiter({ sleep, monotonicMs, random }: Pace): () => Promise<void> {
  const startedMs = monotonicMs()
  let delay: number = POLL_MS.least
  return async () => {
    if (monotonicMs() - startedMs >= WAIT_BUDGET_MS) {
      throw new BrokerError('session_busy', { retryAfterSeconds: 1 })
    }
    delay = Math.min(POLL_MS.most, POLL_MS.least + random() * (delay * 3 - POLL_MS.least))
    await sleep(delay)
  }
}
