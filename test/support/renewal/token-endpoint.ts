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
}

/**
 * A token endpoint over HTTP that does what the explored models do, for any number of grants: a
 * refresh token is `<grant>.<serial>`. It counts what is presented to it, before it answers.
 */
export async function startTokenEndpoint(options: TokenEndpointOptions) {
  const { kind, now, expiresInSeconds = 3_600, delayMs = 0 } = options
  const grants = new Map<string, Server>()
  const presented: string[] = []
  let onArrival: (() => Promise<void>) | undefined

  const server = await serve(async (request, response) => {
    const token = new URLSearchParams(await readBody(request)).get('refresh_token') ?? ''
    presented.push(token)
    await onArrival?.()
    const [grant = '', serial] = token.split('.')
    const known = grants.get(grant) ?? newServer
    const { server: after, pair } = redeem(kind, known, Number(serial), now())
    grants.set(grant, after)
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    response.setHeader('content-type', 'application/json')
    if (!pair) {
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }))
      return
    }
    const answer = {
      access_token: `access-${grant}-${pair.access}`,
      token_type: 'Bearer',
      expires_in: expiresInSeconds,
      ...(kind !== 'no rotation' && { refresh_token: `${grant}.${pair.refresh}` }),
    }
    response.end(JSON.stringify(answer))
  })

  return {
    url: `${server.origin}/token`,
    close: server.close,
    /** How often the refresh tokens of a grant were presented. */
    presentedOf: (grant: string) =>
      presented.filter((token) => token.startsWith(`${grant}.`)).length,
    /** Does something between the arrival of a request and its answer. */
    atArrival(act: (() => Promise<void>) | undefined) {
      onArrival = act
    },
  }
}
