import type { SealedSession, SealedSessions } from '#adapters/dynamodb/sealed-sessions.ts'
import { BrokerError } from '#core/errors.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { TokenVault } from '#core/tokens/token-vault.ts'

/** What became of the sessions. */
export interface ResealOutcome {
  resealed: number
  /** Sealed under the newest key before. */
  upToDate: number
  /** Past their end: nobody opens them again. */
  over: number
  /** Renewed, or being renewed, just then: to be looked at again. */
  busy: number
  /** Keys of those whose ciphertext does not open. */
  readonly unopened: string[]
}

export interface ResealDeps {
  readonly sessions: SealedSessions
  readonly vault: TokenVault
  /** The key that a ciphertext names as its own. */
  readonly sealingKeyOf: (sealed: Uint8Array) => string | undefined
  readonly newestKeyArn: string
  readonly now: EpochSeconds
}

/**
 * Seals anew, under the newest key, what another one sealed. What was read is opened under its row's
 * own binding, so a ciphertext that is not of its row is found, and left as it is.
 */
export async function reseal(deps: ResealDeps): Promise<ResealOutcome> {
  const outcome: ResealOutcome = { resealed: 0, upToDate: 0, over: 0, busy: 0, unopened: [] }
  for await (const session of deps.sessions.all()) {
    // A session that uses its connection's own tokens has none.
    if (session.sealedTokens.byteLength === 0) continue
    if (session.expiresAt <= deps.now) outcome.over += 1
    else if (deps.sealingKeyOf(session.sealedTokens) === deps.newestKeyArn) outcome.upToDate += 1
    else await resealOne(session, outcome, deps)
  }
  return outcome
}

async function resealOne(
  session: SealedSession,
  outcome: ResealOutcome,
  { sessions, vault }: ResealDeps,
): Promise<void> {
  const { id, tokenVersion, connection, sealedTokens } = session
  const binding = { session: id, tokenVersion, connection }
  let resealed: Uint8Array
  try {
    resealed = await vault.seal(await vault.open(sealedTokens, binding), binding)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    outcome.unopened.push(id)
    return
  }
  if (await sessions.replace(session, resealed)) outcome.resealed += 1
  else outcome.busy += 1
}
