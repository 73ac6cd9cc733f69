import type { DoctorDeps } from './examined.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

const DAY_MS = 86_400_000

/** A certificate that ends sooner is spoken of while there is time. */
const SOON_DAYS = 21

/** What Node calls a failure, and what it means to whoever runs the server. */
const CAUSES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed, so nobody vouches for it',
  SELF_SIGNED_CERT_IN_CHAIN: 'an authority that is not publicly known vouches for its certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it does not send the intermediate certificate along',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it does not send the intermediate certificate along',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is another host’s',
  ECONNREFUSED: 'nothing listens there',
}

/** Whether a host has addresses that the stack reaches, and a certificate that holds. */
export async function checkNetwork(
  base: URL,
  { probe, now }: Pick<DoctorDeps, 'probe' | 'now'>,
): Promise<readonly Finding[]> {
  const { hostname, host } = base
  let addresses: Awaited<ReturnType<typeof probe.addresses>>
  try {
    addresses = await probe.addresses(hostname)
  } catch (error) {
    return [
      wrong(
        'dns',
        `${hostname} has no address (${codeOf(error)}).`,
        'Is the name spelled right, and is it a public one? Correct fhirBaseUrl.',
      ),
    ]
  }
  const found = addresses.found.join(', ')
  if (!addresses.reachable) {
    return [
      wrong(
        'dns',
        `${hostname} is at ${found}, which this stack does not reach.`,
        'A stack in the cloud reaches public addresses only. Have the hospital publish the EHR under a public name.',
      ),
    ]
  }
  const named = ok('dns', `${hostname} is at ${found}.`)
  if (base.protocol !== 'https:') {
    return [named, note('tls', `${host} is spoken to without TLS, which only loopback may be.`)]
  }
  try {
    const { validUntil, protocol } = await probe.certificate(base)
    return [named, expiry(host, protocol, Math.floor((validUntil - now()) / DAY_MS))]
  } catch (error) {
    const code = codeOf(error)
    return [
      named,
      wrong(
        'tls',
        `${host} cannot be trusted: ${CAUSES[code] ?? 'no secure connection came about'} (${code}).`,
        'The hospital has to mend it; nothing is sent to it until then.',
      ),
    ]
  }
}

function expiry(host: string, protocol: string, days: number): Finding {
  const says = `${host} speaks ${protocol}, and its certificate ends in ${days} days.`
  return days < SOON_DAYS
    ? { ...note('tls', says), ask: `When will the certificate of ${host} be renewed? ${says}` }
    : ok('tls', says)
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : 'unknown'
}
