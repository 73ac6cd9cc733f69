import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { recentMap } from '#core/recent-map.ts'

const TIMEOUT_MS = 2_000

/** Far more providers than one instance meets; a bound all the same. */
const MOST_PROVIDERS = 500

/**
 * The keys of OpenID providers, by their `jwks_uri`: read through the egress client, kept ten
 * minutes, and read anew for a `kid` that is not among them.
 */
export function providerKeys(egress: Egress): (jwksUri: string) => JWTVerifyGetKey {
  const providers = recentMap<JWTVerifyGetKey>(MOST_PROVIDERS)

  return (jwksUri) => {
    const known = providers.get(jwksUri)
    if (known) return known
    const { host } = new URL(jwksUri)
    const keys = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: (url, { headers }) => read(egress, url, headers, host),
    })
    providers.set(jwksUri, keys)
    return keys
  }
}

async function read(egress: Egress, url: string, headers: Headers, host: string) {
  const unavailable = (reason: string, cause?: unknown) =>
    new BrokerError('authorization_server_unavailable', { cause, detail: { host, reason } })
  const answer = await egress(
    url,
    { headers: Object.fromEntries(headers) },
    { timeoutMs: TIMEOUT_MS, hosts: [host] },
  ).catch((error: unknown) => {
    throw unavailable(BrokerError.from(error).code, error)
  })
  if (answer.status !== 200) throw unavailable(`status_${answer.status}`)
  return answer
}
