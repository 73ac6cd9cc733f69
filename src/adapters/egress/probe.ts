import { lookup as lookupName } from 'node:dns/promises'
import tls from 'node:tls'
import type { Upstreams } from '#contract/upstreams.ts'
import { mayReach } from './address-rule.ts'
import { checkedLookup, type Resolve } from './checked-lookup.ts'

const TIMEOUT_MS = 5_000

/** A certificate that was accepted: who vouches for it is known, and it is the host's. */
interface Certificate {
  /** Epoch milliseconds. */
  readonly validUntil: number
  /** `TLSv1.3`. */
  readonly protocol: string
}

/** Looks at a host without asking it for anything. */
export interface Probe {
  /**
   * The addresses of a name, and whether a stack reaches all of them.
   *
   * @throws Error with Node's `code`
   */
  addresses(
    hostname: string,
  ): Promise<{ readonly found: readonly string[]; readonly reachable: boolean }>
  /**
   * The certificate of an https host, as it would be accepted for a request.
   *
   * @throws Error with Node's `code`, such as `CERT_HAS_EXPIRED`
   */
  certificate(url: URL): Promise<Certificate>
}

export interface ProbeConfig {
  readonly upstreams: Upstreams
  /** How names are resolved; the system's resolver unless a test says otherwise. */
  readonly lookup?: Resolve
  /** Certificates that vouch, in PEM; the system's unless a test says otherwise. */
  readonly ca?: string
}

export function createProbe({
  upstreams,
  lookup: resolve = (hostname) => lookupName(hostname, { all: true }),
  ca,
}: ProbeConfig): Probe {
  return {
    async addresses(hostname) {
      const found = (await resolve(bare(hostname))).map(({ address }) => address)
      return { found, reachable: found.every((address) => mayReach(address, upstreams)) }
    },

    certificate(url) {
      return new Promise((done, fail) => {
        const socket = tls.connect({
          host: bare(url.hostname),
          port: Number(url.port || 443),
          servername: bare(url.hostname),
          lookup: checkedLookup(resolve, upstreams),
          timeout: TIMEOUT_MS,
          ...(ca !== undefined && { ca }),
        })
        socket.once('secureConnect', () => {
          const { valid_to } = socket.getPeerCertificate()
          done({ validUntil: Date.parse(valid_to), protocol: socket.getProtocol() ?? '' })
          socket.destroy()
        })
        socket.once('timeout', () => socket.destroy(new Error('timeout')))
        socket.once('error', fail)
      })
    },
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
