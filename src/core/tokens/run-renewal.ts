import { BrokerError } from '#core/errors.ts'
import type { Registry } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'
import type { RenewedTokens, Session, SessionStore } from '#core/session/session-store.ts'
import { isSystemTokens } from '#core/system-access/system-tokens-row.ts'
import type { Clock } from '#core/time.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { LeaseObserver } from './lease-observer.ts'
import { beginRenewal, nextRenewal } from './next-renewal.ts'
import type { Pace } from './pace.ts'
import type { RefreshAnswer, RefreshGrant } from './refresh-answer.ts'
import { refreshDueAt, renewalPlan } from './refresh-timing.ts'
import type { Flight, RenewalAction, RenewalEvent, RenewalNote } from './renewal.ts'
import type { RescueStore } from './rescue-store.ts'
import { isSameToken } from './same-token.ts'
import type { TokenSet, TokenVault } from './token-vault.ts'

export interface RunRenewalDeps {
  readonly sessions: SessionStore
  readonly vault: TokenVault
  readonly refreshGrant: RefreshGrant
  readonly rescue: RescueStore
  readonly registry: Pick<Registry, 'findConnection'>
  readonly leases: LeaseObserver
  /** Seconds to spare a token endpoint; 0 to go ahead. */
  readonly holdOffSeconds: (connection: string, tokenEndpoint: string) => number
  /** Told of every answer, before its step. */
  readonly onAnswer: (session: Session, tokens: TokenSet, answer: RefreshAnswer) => Promise<void>
  readonly onNote: (session: Session, note: RenewalNote) => Promise<void>
  readonly now: Clock
  readonly pace: Pace
}

/** An access token, and the session as it stands with it. */
export interface FreshAccessToken {
  readonly accessToken: Secret
  readonly session: Session
}

/** Renewed tokens: granted and to be sealed, or sealed already. */
interface InHand {
  readonly tokens: TokenSet
  readonly renewed: () => Promise<RenewedTokens>
}

/**
 * Carries out a renewal: each action of the machine in `next-renewal.ts` against the ports, and
 * what comes of it back into the machine. The tokens stay here; the machine sees none.
 *
 * @param justRead what the first reading would find
 * @throws BrokerError as `AccessTokens.freshAccessToken` says
 */
export async function runRenewal(
  id: string,
  rejected: Secret | undefined,
  flight: Flight,
  deps: RunRenewalDeps,
  justRead?: Session,
): Promise<FreshAccessToken> {
  const { sessions, vault, rescue, now, pace } = deps
  const instant = () => ({ now: now(), ms: pace.monotonicMs(), random: pace.random() })
  let found = justRead
  let session: Session | undefined
  let tokens: TokenSet | undefined
  let inHand: InHand | undefined
  let thrown: unknown

  /** What was read last; an action that needs it comes after a reading. */
  const last = () => {
    if (!session || !tokens) throw new TypeError('Nothing was read')
    return { session, tokens }
  }
  const hand = () => {
    if (!inHand) throw new TypeError('No tokens are in hand')
    return inHand
  }

  async function perform(action: RenewalAction): Promise<RenewalEvent> {
    switch (action.do) {
      case 'read': {
        session = found ?? (await sessions.read(id, { consistent: true }))
        found = undefined
        if (!session) return { is: 'gone' }
        const { connection, tokenVersion, sealedTokens } = session
        tokens = await vault.open(sealedTokens, { session: id, connection, tokenVersion })
        const { refreshReuse } = profileOf((await deps.registry.findConnection(connection)) ?? {})
        return {
          is: 'read',
          row: session,
          hasRefreshToken: tokens.refreshToken !== undefined || isSystemTokens(id),
          isRejected: isSameToken(tokens.accessToken, rejected),
          leaseDead: deps.leases.isDead(id, session.lease, now()),
          reuse: isSystemTokens(id) ? 'tolerated' : refreshReuse,
        }
      }
      case 'find': {
        const renewed = await rescue.find(id, action.attempt)
        if (!renewed) return { is: 'nothing' }
        const { tokenVersion, sealedTokens } = renewed
        const { connection } = last().session
        const opened = await vault.open(sealedTokens, { session: id, connection, tokenVersion })
        inHand = { tokens: opened, renewed: async () => renewed }
        return { is: 'found', tokenVersion }
      }
      case 'admit': {
        const { tokenEndpoint } = last().tokens
        const retryAfterSeconds = deps.holdOffSeconds(last().session.connection, tokenEndpoint)
        return retryAfterSeconds > 0 ? { is: 'held-off', retryAfterSeconds } : { is: 'admitted' }
      }
      case 'acquire': {
        const held = await sessions.acquireLease(id, action)
        if (!held) return { is: 'refused' }
        session = held
        return { is: 'acquired' }
      }
      case 'redeem': {
        const startedMs = pace.monotonicMs()
        const remainingMs = () => startedMs + action.withinMs - pace.monotonicMs()
        const asked = last()
        const answer = await deps.refreshGrant({ ...asked, remainingMs })
        await deps.onAnswer(asked.session, asked.tokens, answer)
        if (answer.kind === 'granted') inHand = granted(asked.session, answer)
        return { is: 'answered', answer }
      }
      case 'store': {
        const stored = await sessions.storeTokens(id, action.guard, await hand().renewed())
        return { is: stored ? 'written' : 'refused' }
      }
      case 'rescue':
        await rescue.put(id, action.attempt, await hand().renewed())
        return { is: 'written' }
      case 'release': {
        const released = await sessions.releaseLease(id, action.guard, action.outcome)
        return { is: released ? 'written' : 'refused' }
      }
      case 'sleep':
        await pace.sleep(action.ms)
        return { is: 'slept' }
      default:
        throw new TypeError(`${action.do} is for the end`)
    }
  }

  /** Sealed once: the store tells a lost write of ours by its ciphertext. */
  function granted(asked: Session, answer: Extract<RefreshAnswer, { kind: 'granted' }>): InHand {
    const { id, connection, tokenVersion: before } = asked
    const { tokens, issuedAt, expiresAt, marginSeconds, scopes } = answer
    const tokenVersion = before + 1
    let sealed: RenewedTokens | undefined
    return {
      tokens,
      async renewed() {
        sealed ??= {
          sealedTokens: await vault.seal(tokens, { session: id, tokenVersion, connection }),
          tokenVersion,
          accessTokenExpiresAt: expiresAt,
          ...(isSystemTokens(id)
            ? { refreshDueAt: refreshDueAt(issuedAt, expiresAt, marginSeconds) }
            : renewalPlan({ ...asked, scopes }, { issuedAt, expiresAt, marginSeconds })),
          scopes,
        }
        return sealed
      },
    }
  }

  let step = beginRenewal(flight)
  for (;;) {
    const { action, notes } = step
    for (const note of notes) await deps.onNote(last().session, note)
    switch (action.do) {
      case 'serve': {
        if (action.tokens === 'read') {
          return { accessToken: last().tokens.accessToken, session: last().session }
        }
        const { tokens: renewed, renewed: sealed } = hand()
        const row = renewedSession(last().session, await sealed())
        return { accessToken: renewed.accessToken, session: row }
      }
      case 'refuse': {
        const { code, do: _, ...hint } = action
        const detail = session && { connection: session.connection }
        throw new BrokerError(code, { ...hint, ...(detail && { detail }) })
      }
      case 'fail': {
        const { reason } = action
        if (!reason) throw thrown
        const { connection } = last().session
        throw new BrokerError('internal_error', { cause: thrown, detail: { connection, reason } })
      }
    }
    const event = await perform(action).catch((error: unknown): RenewalEvent => {
      thrown = error
      return { is: 'failed' }
    })
    step = nextRenewal(step.state, event, instant())
  }
}

/** The row as {@link SessionStore.storeTokens} leaves it. */
function renewedSession(session: Session, tokens: RenewedTokens): Session {
  const { lease, attempt, nextAttemptAt, renewAhead, dueAt, ...kept } = session
  return { ...kept, ...tokens, failures: 0 }
}
