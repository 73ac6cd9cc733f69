import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Upstreams } from '#contract/upstreams.ts'
import { BrokerError } from '#core/errors.ts'
import { mayReach } from './address-rule.ts'

/** All addresses of a name, as `dns.promises.lookup` with `all` gives them. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>

/**
 * The name resolution that a connection itself uses, so that the addresses checked are the ones
 * connected to: a name that answers differently the second time is not asked a second time.
 *
 * One address that may not be reached refuses them all: a name with a private address among its
 * public ones is not a public host.
 */
export function checkedLookup(resolve: Resolve, upstreams: Upstreams): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first) {
          callback(new BrokerError('upstream_unavailable', { detail: { host: hostname } }), '')
        } else if (!addresses.every(({ address }) => mayReach(address, upstreams))) {
          callback(new BrokerError('upstream_refused', { detail: { host: hostname } }), '')
        } else if (all) {
          callback(null, [...addresses])
        } else {
          callback(null, first.address, first.family)
        }
      },
      (error) => callback(error, ''),
    )
  }
}
