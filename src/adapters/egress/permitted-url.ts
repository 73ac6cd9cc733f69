import { isIP } from 'node:net'
import type { Upstreams } from '#contract/upstreams.ts'
import { BrokerError } from '#core/errors.ts'
import { mayReach } from './address-rule.ts'

const SCHEMES: Readonly<Record<Upstreams, readonly string[]>> = {
  public: ['https:'],
  loopback: ['https:', 'http:'],
}

/**
 * The URL, if what can be seen of it without asking DNS is allowed: its scheme, its host on the
 * caller's list, no user name or password, and the address itself when the host is one.
 *
 * @throws BrokerError `upstream_refused`, with the reason and the host for the log
 */
export function permittedUrl(
  target: string | URL,
  upstreams: Upstreams,
  hosts: readonly string[] | undefined,
): URL {
  const url = typeof target === 'string' ? URL.parse(target) : target
  if (!url) throw refused('url_invalid')
  const literal = url.hostname.replace(/^\[|\]$/g, '')

  if (!SCHEMES[upstreams].includes(url.protocol)) throw refused('scheme', url)
  if (url.username || url.password) throw refused('userinfo', url)
  if (hosts && !hosts.some((host) => host.toLowerCase() === url.host)) throw refused('host', url)
  if (isIP(literal) && !mayReach(literal, upstreams)) throw refused('address', url)
  return url
}

function refused(reason: string, url?: URL): BrokerError {
  return new BrokerError('upstream_refused', { detail: { reason, ...(url && { host: url.host }) } })
}
