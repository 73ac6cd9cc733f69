import {
  newServer,
  redeem,
  type Server,
  type ServerKind,
} from '../../explore/authorization-server.ts'
import { readBody, serve } from '../http-server.ts'

export interface TokenEndpointOptions {
  readonly kind: ServerKind
  /** Seconds, of whatever clock. */
  readonly now: () => number
  readonly expiresInSeconds?: number
  readonly delayMs?: number
  readonly graceSeconds?: number
  /** Told of each presentation as it arrives, and of each answer before it leaves. */
  readonly onPresented?: (token: string, moment: 'arrived' | 'answered') => void
}

/**
 * A token endpoint over HTTP that does what the explored models do, for any number of grants: a
 * refresh token is `<grant>.<serial>`. It counts what is presented to it, before it answers.
 */
export async function startTokenEndpoint(options: TokenEndpointOptions) {
  const { kind, now, expiresInSeconds = 3_600, delayMs = 0, graceSeconds, onPresented } = options
  const grants = new Map<string, Server>()
  const presented: string[] = []
  const accessTokenEnds = new Map<string, number>()
  let onArrival: (() => Promise<void>) | undefined

  const server = await serve(async (request, response) => {
    const token = new URLSearchParams(await readBody(request)).get('refresh_token') ?? ''
    presented.push(token)
    onPresented?.(token, 'arrived')
    await onArrival?.()
    const [grant = '', serial] = token.split('.')
    const known = grants.get(grant) ?? newServer
    const { server: after, pair } = redeem(kind, known, Number(serial), now(), graceSeconds)
    grants.set(grant, after)
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    onPresented?.(token, 'answered')
    response.setHeader('content-type', 'application/json')
    if (!pair) {
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }))
      return
    }
    const accessToken = `access-${grant}-${pair.access}`
    // A pair that is given once more ends when it would have.
    const endsAt = accessTokenEnds.get(accessToken) ?? now() + expiresInSeconds
    accessTokenEnds.set(accessToken, endsAt)
    const answer = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: Math.max(1, endsAt - now()),
      ...(kind !== 'no rotation' && { refresh_token: `${grant}.${pair.refresh}` }),
    }
    response.end(JSON.stringify(answer))
  })

  return {
    url: `${server.origin}/token`,
    close: server.close,
    /** Every refresh token that was presented, in the order of arrival. */
    presented,
    /** Takes an access token for its own, given out elsewhere. */
    adopt: (accessToken: string, endsAt: number) => void accessTokenEnds.set(accessToken, endsAt),
    /** Whether an access token is its own and not over. */
    isGood: (accessToken: string) => now() < (accessTokenEnds.get(accessToken) ?? 0),
    /** How often the refresh tokens of a grant were presented. */
    presentedOf: (grant: string) =>
      presented.filter((token) => token.startsWith(`${grant}.`)).length,
    /** Does something between the arrival of a request and its answer. */
    atArrival(act: (() => Promise<void>) | undefined) {
      onArrival = act
    },
  }
}
