import ipaddr from 'ipaddr.js'
import type { Upstreams } from '#contract/upstreams.ts'

/** The only block that global unicast addresses are given out from (RFC 4291 §2.4, IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether the stack's rule lets a connection go to this IP address.
 *
 * `public` is a list of what is allowed, not of what is known to be bad: a range that nobody thought
 * of is refused. An IPv6 address that carries an IPv4 one (mapped, compatible, 6to4, NAT64, Teredo)
 * is refused under both rules, because what it leads to is decided elsewhere.
 */
export function mayReach(address: string, upstreams: Upstreams): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)

  switch (upstreams) {
    case 'public':
      if (parsed.range() !== 'unicast') return false
      return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST)
    case 'loopback':
      return parsed.range() === 'loopback'
  }
}
