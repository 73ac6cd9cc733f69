import {
  type AuthorizationServer,
  type JWKSCacheInput,
  jwksCache,
  KEY_SELECTION,
  OperationProcessingError,
  validateApplicationLevelSignature,
} from 'oauth4webapi'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { requestOptions } from '#core/oauth/request-options.ts'
import { recentMap } from '#core/recent-map.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'

const TIMEOUT_MS = 2_000
const MAX_BYTES = 256 * 1024

/** How soon a key set that lacked a key may be read once more for it. */
const REREAD_SECONDS = 60

/** Far more key sets than one instance meets. */
const MOST_SETS = 500

interface KnownKeys {
  readonly cache: JWKSCacheInput
  readonly rereadAt?: EpochSeconds
}

/** Checks the signatures of ID tokens, with a memory for key sets. */
export interface IdTokenKeys {
  /**
   * Checks the signature of the ID token in an answer that `oauth4webapi` has processed.
   *
   * @param hosts that the key set may be read from
   * @throws BrokerError `authorization_server_unavailable` where the key set cannot be read
   * @throws whatever the library throws for a signature that is none
   */
  check(server: AuthorizationServer, answer: Response, hosts: readonly string[]): Promise<void>
}

/**
 * A key set stands five minutes. A `kid` that is not in it has it read again, because keys rotate
 * (RP-21); whoever makes up `kid`s cannot have it read more than once a minute.
 */
export function idTokenKeys({
  egress,
  now,
}: {
  readonly egress: Egress
  readonly now: Clock
}): IdTokenKeys {
  const sets = recentMap<KnownKeys>(MOST_SETS)

  async function check(
    server: AuthorizationServer,
    answer: Response,
    hosts: readonly string[],
    { cache, rereadAt }: KnownKeys,
  ): Promise<void> {
    const uri = server.jwks_uri ?? ''
    sets.set(uri, { cache, ...(rereadAt !== undefined && { rereadAt }) })
    const readAt = 'uat' in cache ? cache.uat : undefined
    try {
      // A server of its own each time: the library remembers key sets by the object, too.
      await validateApplicationLevelSignature({ ...server }, answer, {
        [jwksCache]: cache,
        ...requestOptions(egress, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, hosts }),
      })
    } catch (error) {
      if (error instanceof BrokerError) {
        throw new BrokerError('authorization_server_unavailable', {
          cause: error,
          detail: { ...error.detail, reason: error.code },
        })
      }
      // The library reads a set again by itself once it is a minute old.
      const isFromMemory = readAt !== undefined && 'uat' in cache && cache.uat === readAt
      const mayReread = rereadAt === undefined || now() - rereadAt >= REREAD_SECONDS
      if (!isUnknownKey(error) || !isFromMemory || !mayReread) throw error
      await check(server, answer, hosts, { cache: {}, rereadAt: now() })
    }
  }

  return {
    check: (server, answer, hosts) =>
      check(server, answer, hosts, sets.get(server.jwks_uri ?? '') ?? { cache: {} }),
  }
}

/** No key fits; several that fit are another matter, which no other set would mend. */
function isUnknownKey(error: unknown): boolean {
  if (!(error instanceof OperationProcessingError) || error.code !== KEY_SELECTION) return false
  const { cause } = error
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'candidates' in cause &&
    Array.isArray(cause.candidates) &&
    cause.candidates.length === 0
  )
}
