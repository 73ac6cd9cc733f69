/** What an authorization server does with a refresh token that it has seen before. */
export type ServerKind =
  /** Rotates, and revokes the grant when an old token comes again (RFC 9700 §4.14.2). */
  | 'revokes on reuse'
  /** Rotates, and answers an old one for some time more, with new tokens. */
  | 'grace window'
  /** Rotates, and answers an old one with the same pair, until that is used. */
  | 'same pair'
  /** One refresh token for ever. */
  | 'no rotation'

export const SERVER_KINDS: readonly ServerKind[] = [
  'revokes on reuse',
  'grace window',
  'same pair',
  'no rotation',
]

/** Of one with a grace window, unless it says another. */
const GRACE_SECONDS = 30

/** A pair of tokens, each by its serial number. */
export interface Pair {
  readonly refresh: number
  readonly access: number
}

/** What a server remembers of one grant. */
export interface Server {
  readonly valid: readonly number[]
  /** Used tokens: since when, and what they were answered with. */
  readonly used: readonly { readonly refresh: number; readonly at: number; readonly pair: Pair }[]
  readonly issued: Pair
  readonly isRevoked: boolean
  /** Presentations that were answered `invalid_grant`. */
  readonly refused: number
}

export const FIRST_PAIR: Pair = { refresh: 1, access: 1 }

export const newServer: Server = {
  valid: [1],
  used: [],
  issued: FIRST_PAIR,
  isRevoked: false,
  refused: 0,
}

/** What the server makes of a refresh token; no pair is `invalid_grant`. */
export function redeem(
  kind: ServerKind,
  server: Server,
  refresh: number,
  t: number,
  graceSeconds: number = GRACE_SECONDS,
): { readonly server: Server; readonly pair?: Pair } {
  const refuse = (isRevoked: boolean) => ({
    server: { ...server, isRevoked, refused: server.refused + 1 },
  })
  if (server.isRevoked) return refuse(true)

  const access = server.issued.access + 1
  if (kind === 'no rotation') {
    const pair = { refresh, access }
    return { server: { ...server, issued: pair }, pair }
  }

  const earlier = server.used.find((use) => use.refresh === refresh)
  const isValid = server.valid.includes(refresh)
  if (!isValid && !earlier) return refuse(kind === 'revokes on reuse')
  if (earlier) {
    if (kind === 'revokes on reuse') return refuse(true)
    if (kind === 'same pair') {
      return server.valid.includes(earlier.pair.refresh)
        ? { server, pair: earlier.pair }
        : refuse(false)
    }
    if (t - earlier.at > graceSeconds) return refuse(false)
  }
  const pair = { refresh: server.issued.refresh + 1, access }
  return {
    server: {
      ...server,
      valid: [...server.valid.filter((one) => one !== refresh), pair.refresh],
      used: earlier ? server.used : [...server.used, { refresh, at: t, pair }],
      issued: pair,
    },
    pair,
  }
}
