import type { JWK } from 'jose'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { ApiClient } from '#core/registry/registry.ts'
import type { Clock, EpochSeconds } from '#core/time.ts'
import { fetchKeySet, type KeySet } from './fetch-key-set.ts'

/** How soon a key set that failed, or lacked a key, may be asked for again. */
const RETRY_SECONDS = 60

/** The public keys that clients of the API door registered. */
export interface ClientKeys {
  /**
   * The client's only key with this id and type; `undefined` if there is none, or more than one.
   *
   * @throws BrokerError `client_keys_unavailable`
   */
  find(client: ApiClient, kid: string, kty: string): Promise<JWK | undefined>
}

/** What is known of one key set's address. */
interface Source {
  readonly set?: KeySet
  readonly failedAt?: EpochSeconds
  readonly askedAgainAt?: EpochSeconds
}

/**
 * Keys from the registry, or from the address registered there (which wins if there are both).
 *
 * A `kid` that is not in a cached set has the set fetched once more, because keys rotate; whoever
 * makes up `kid`s cannot have it fetched more than once a minute. The same holds for an address that
 * fails.
 *
 * @see [SMART App Launch 2.2, signature verification](https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#signature-verification)
 */
export function clientKeys(deps: { readonly egress: Egress; readonly now: Clock }): ClientKeys {
  const sources = new Map<string, Source>()
  const recent = (since: EpochSeconds | undefined) =>
    since !== undefined && deps.now() - since < RETRY_SECONDS

  const fetched = async (uri: string, source: Source): Promise<KeySet> => {
    if (recent(source.failedAt)) throw new BrokerError('client_keys_unavailable')
    try {
      const set = await fetchKeySet(uri, deps)
      sources.set(uri, { ...source, set })
      return set
    } catch (error) {
      sources.set(uri, { ...source, failedAt: deps.now() })
      throw error
    }
  }

  const current = async (uri: string, kid: string): Promise<KeySet> => {
    const source = sources.get(uri) ?? {}
    if (!source.set || deps.now() >= source.set.freshUntil) return fetched(uri, source)
    if (source.set.keys.some((key) => key.kid === kid)) return source.set
    if (recent(source.askedAgainAt)) return source.set
    return fetched(uri, { ...source, askedAgainAt: deps.now() })
  }

  return {
    async find({ jwks, jwksUri }, kid, kty) {
      const keys = jwksUri
        ? (await current(jwksUri, kid)).keys
        : ((jwks?.keys ?? []) as readonly JWK[])
      const [key, another] = keys.filter((each) => each.kid === kid && each.kty === kty)
      return another ? undefined : key
    },
  }
}
