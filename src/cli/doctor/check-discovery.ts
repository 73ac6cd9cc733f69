import { describeDocument } from '#cli/connect/describe-ehr.ts'
import { ENDPOINTS } from '#core/discovery/authorization-server.ts'
import { type DocumentLookedFor, discover } from '#core/discovery/discover.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { DiscoveredEhr, Examined } from './examined.ts'
import { cannotTell, type Finding, ok, wrong } from './finding.ts'

const TIMEOUT_MS = 5_000

/** Reads the EHR's documents as a launch would, and says where each was looked for. */
export async function checkDiscovery(
  examined: Examined,
  egress: Egress,
): Promise<{ readonly finding: Finding; readonly ehr?: DiscoveredEhr }> {
  const { connection, registration } = examined
  const documents: DocumentLookedFor[] = []
  try {
    const { metadata } = await discover(
      { ...connection, clientId: registration.clientId },
      egress,
      hostsOf(examined),
      (document) => documents.push(document),
    )
    const read = documents.flatMap((document) => ('facts' in document ? [document.facts] : []))
    // The first document that says something is the one that counts.
    const features = Object.assign({}, ...read.map((facts) => facts.features).reverse())
    return {
      finding: ok(
        'discovery',
        documents.length > 0
          ? documents.map(describeDocument).join('; ')
          : 'The endpoints are the registry’s own (authorizationServer).',
      ),
      ehr: { ...examined, metadata, features, profile: profileOf(connection) },
    }
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    const looked = documents.map(describeDocument).join('; ')
    const { reason = code, parameter } = detail
    return {
      finding: wrong(
        'discovery',
        `No document says where both endpoints are (${reason}${parameter ? `, ${parameter}` : ''}). ${looked}`,
        'Is fhirBaseUrl the FHIR base, without more? status_401: the documents are closed, so give authorizationServer. not_json: a page answers in their place, see discoveryPath.',
      ),
    }
  }
}

/** Endpoints on hosts that the registry does not have: nothing is sent there. */
export function movedEndpoints(ehr: DiscoveredEhr): readonly (typeof ENDPOINTS)[number][] {
  const hosts = hostsOf(ehr)
  return ENDPOINTS.filter((name) => {
    const endpoint = ehr.metadata[name]
    return hosts && endpoint !== undefined && !hosts.includes(new URL(endpoint).host)
  })
}

/** Whether the endpoints are where the registry has pinned them, and answer. */
export async function checkEndpoints(ehr: DiscoveredEhr, egress: Egress): Promise<Finding> {
  const { connection, metadata } = ehr
  const moved = movedEndpoints(ehr)
  if (moved.length > 0) {
    const where = moved.map((name) => `${name} is at ${new URL(metadata[name] ?? '').host}`)
    return wrong(
      'endpoints',
      `${where.join(', ')}, and the registry has ${connection.endpointHosts.join(', ')}. Launches are refused.`,
      'If the hospital confirms that it has moved: sallyport registry apply.',
    )
  }

  const endpoint = metadata.authorization_endpoint
  try {
    const { status } = await egress(
      endpoint,
      {},
      { timeoutMs: TIMEOUT_MS, hosts: [new URL(endpoint).host] },
    )
    if (status === 404 || status === 410) {
      return wrong(
        'endpoints',
        `The authorization endpoint is not there (${endpoint}: ${status}).`,
        'Have the hospital correct its document, or override discoveryOrder and give authorizationServer.',
      )
    }
    if (status >= 500) {
      return cannotTell(
        'endpoints',
        `${endpoint} answers ${status} to a request without parameters.`,
        `Is the authorization endpoint ${endpoint} in service? It answers ${status}.`,
      )
    }
    return ok(
      'endpoints',
      `${endpoint} answers (${status}); token endpoint ${metadata.token_endpoint}.`,
    )
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    if (code === 'upstream_refused') {
      return wrong(
        'endpoints',
        `The authorization endpoint is where this stack does not reach, nor a person from outside (${endpoint}: ${detail.reason ?? code}).`,
        'Have the hospital correct its document: it names an address inside its network, or another scheme than https.',
      )
    }
    return wrong(
      'endpoints',
      `The authorization endpoint does not answer (${endpoint}: ${detail.reason ?? code}).`,
      'Ask the hospital whether it is in service, and reachable from the internet.',
    )
  }
}

/** What a launch holds documents and endpoints to; no limit before the registry is applied. */
function hostsOf({ connection: { fhirBaseUrl, endpointHosts } }: Examined) {
  return endpointHosts.length > 0 ? [new URL(fhirBaseUrl).host, ...endpointHosts] : undefined
}
