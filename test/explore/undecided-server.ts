import { type Pair, redeem, type Server, type ServerKind } from './authorization-server.ts'

/** A grant at a server of which it has not shown yet which of these kinds it is. */
export interface Grant {
  readonly kinds: readonly ServerKind[]
  readonly server: Server
}

/** What a server may make of a refresh token; no pair is `invalid_grant`. */
export interface Reply {
  readonly grant: Grant
  readonly pair?: Pair
}

/** A grace window may be over, or not: whatever its length, one of these is what happens. */
const GRACE_WINDOWS = [Number.POSITIVE_INFINITY, -1]

/**
 * All that may come of a presentation. A token that is presented for the first time is answered with
 * a new pair by every kind: so they are one until a used one comes, and what comes before is gone
 * through once. Where one server gives the same refresh token again, it has another name here.
 */
export function replies({ kinds, server }: Grant, refresh: number): readonly Reply[] {
  if (!server.isRevoked && server.valid.includes(refresh)) {
    const { server: after, pair } = redeem('grace window', server, refresh, 0)
    return [{ grant: { kinds, server: after }, ...(pair && { pair }) }]
  }
  return kinds.flatMap((kind) => {
    const windows = kind === 'grace window' ? GRACE_WINDOWS : [0]
    return windows.map((seconds) => {
      const { server: after, pair } = redeem(kind, server, refresh, 0, seconds)
      return { grant: { kinds: [kind], server: plain(kind, after) }, ...(pair && { pair }) }
    })
  })
}

/** Without what makes no difference to what this kind does from now on. */
function plain(kind: ServerKind, server: Server): Server {
  const { isRevoked, refused } = server
  const forgets = isRevoked || kind === 'no rotation'
  return { ...server, refused: Math.min(1, refused), ...(forgets && { valid: [], used: [] }) }
}
