import { memoryRescueStore } from '#adapters/memory/rescue-store.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { memoryTokenVault } from '#adapters/memory/token-vault.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import { type AccessTokensDeps, accessTokens } from '#core/tokens/access-tokens.ts'
import type { Pace } from '#core/tokens/pace.ts'
import type { RefreshAnswer, RefreshGrant } from '#core/tokens/refresh-answer.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { watchedVault } from '#core/tokens/vault-refusal.ts'
import { aConnection, aRegistry, aSession, NOW } from '../fixtures.ts'
import { recordingLog } from './recording-log.ts'
import { recordingMetrics } from './recording-metrics.ts'

/** At the clock, in one world: several times what any test needs, so that what runs on and on fails. */
const MOST_LOOKS = 10_000

/** Ends the test's patience: a process that died answers nothing any more. */
export const never = new Promise<never>(() => undefined)

/**
 * An authorization server that rotates, and revokes the grant when a refresh token is presented
 * twice; it counts what was presented.
 */
function rotatingServer(issuedAt: () => number, lifeSeconds = 3_600) {
  const presented: string[] = []
  let current = 'refresh-1'
  let isRevoked = false

  function redeem(refreshToken: string | undefined): RefreshAnswer {
    presented.push(refreshToken ?? '')
    if (isRevoked || refreshToken !== current) {
      isRevoked = true
      return { kind: 'revoked' }
    }
    const serial = presented.length + 1
    current = `refresh-${serial}`
    return {
      kind: 'granted',
      tokens: {
        accessToken: new Secret(`access-${serial}`),
        refreshToken: new Secret(current),
        tokenEndpoint: 'https://login.general.example/token',
        issuer: 'https://login.general.example',
        pagingKey: new Secret('paging-key'),
      },
      issuedAt: issuedAt(),
      expiresAt: issuedAt() + lifeSeconds,
      scopes: ['openid'],
    }
  }
  return { presented, redeem }
}

/** Stores, a vault, a server and a clock that moves only when somebody sleeps or a test says so. */
export async function tokenWorld(
  options: {
    readonly refreshToken?: false
    readonly reuse?: RefreshTokenReuse
    /** To which the tokens were issued; not known unless it is given. */
    readonly clientId?: string
  } = {},
) {
  const clock = { ms: 0 }
  const now = () => NOW + Math.floor(clock.ms / 1_000)
  let looks = 0
  const pace: Pace = {
    monotonicMs() {
      looks += 1
      if (looks > MOST_LOOKS) throw new Error('A renewal comes to no end')
      return clock.ms
    },
    random: () => 0.5,
    async sleep(milliseconds) {
      clock.ms += milliseconds
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
  const sessions = memorySessionStore()
  const rescue = memoryRescueStore(now)
  const log = recordingLog()
  const metrics = recordingMetrics()
  const vault = watchedVault(memoryTokenVault(), { log, metrics })
  const server = rotatingServer(now)
  const refreshGrant: RefreshGrant = async ({ tokens }) =>
    server.redeem(tokens.refreshToken?.reveal())

  const template = aSession({ createdAt: NOW, accessTokenExpiresAt: NOW + 3_600 })
  const { id, connection, tokenVersion } = template
  const session: Session = {
    ...template,
    sealedTokens: await vault.seal(
      {
        accessToken: new Secret('access-1'),
        ...(options.refreshToken !== false && { refreshToken: new Secret('refresh-1') }),
        tokenEndpoint: 'https://login.general.example/token',
        issuer: 'https://login.general.example',
        ...(options.clientId !== undefined && { clientId: options.clientId }),
        pagingKey: new Secret('paging-key'),
      },
      { session: id, tokenVersion, connection },
    ),
  }
  await sessions.create(session)

  const vendorOverrides = { refreshReuse: options.reuse ?? 'revokes' }
  const registry = aRegistry({ connections: [aConnection({ vendorOverrides })] })
  const parts: AccessTokensDeps = {
    sessions,
    vault,
    refreshGrant,
    rescue,
    registry,
    log,
    now,
    pace,
  }
  return {
    ...parts,
    sessions,
    rescue,
    log,
    metrics,
    pace,
    server,
    session,
    /** Moves to a second of the first access token's life; its margin begins at 3540. */
    at(seconds: number) {
      clock.ms = seconds * 1_000
    },
    clock,
    row: () => sessions.read(id),
    /** A function instance of its own: own flights, own observations. */
    instance: (changes: Partial<AccessTokensDeps> = {}) => accessTokens({ ...parts, ...changes }),
  }
}
