import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import type { AuthorizationServerMetadata, DiscoverableConnection } from './authorization-server.ts'
import { oauthUris } from './capability-statement.ts'
import { type DiscoveredFacts, EndpointError, factsOf } from './discovered-facts.ts'
import { mergeFacts, type SourcedFacts } from './merge-facts.ts'
import { type ReadDocument, readDocument, type UnreadDocument } from './read-document.ts'
import { wellKnown } from './well-known.ts'

/** A server, and for how long to believe it. */
export interface DiscoveredServer {
  readonly metadata: AuthorizationServerMetadata
  /** Seconds for which what was read is fresh. */
  readonly freshSeconds: number
}

interface Source extends SourcedFacts {
  readonly freshSeconds: number
}

/** One document that was looked for: what it says, or why it could not be used. */
export type DocumentLookedFor = { readonly step: DocumentStep; readonly address: string } & (
  | { readonly facts: DiscoveredFacts }
  | { readonly unread: UnreadDocument }
)

type DocumentStep = Parameters<typeof wellKnown>[0]

/**
 * Finds an authorization server by the documents that its vendor's profile names, in that order, until
 * what the launch needs is there. A document that cannot be read, or is of another server, is passed
 * over; {@link mergeFacts} has the rule for those that disagree.
 *
 * @param hosts that documents may be read from; no limit but the egress rule when absent
 * @param tell hears of each document that is looked for
 * @throws BrokerError `discovery_failed`: the first document's fault, or what is missing in the end
 * @see [SMART App Launch 2.2, conformance](https://hl7.org/fhir/smart-app-launch/conformance.html)
 */
export async function discover(
  connection: DiscoverableConnection,
  egress: Egress,
  hosts?: readonly string[],
  tell?: (document: DocumentLookedFor) => void,
): Promise<DiscoveredServer> {
  const profile = profileOf(connection)
  const fhirBase = connection.fhirBaseUrl.replace(/\/$/, '')
  const sources: Source[] = []
  const faults: UnreadDocument[] = []

  for (const step of profile.discoveryOrder) {
    const merged = mergeFacts(sources)
    if (merged && isEnough(merged, connection, profile)) break
    if (step === 'registered') {
      sources.push({ facts: registered(connection), isRegistered: true, freshSeconds: Infinity })
      continue
    }
    const { address, ...found } = await readStep(step, merged, connection, profile, egress, hosts)
    if ('facts' in found) {
      sources.push(found)
      tell?.({ step, address, facts: found.facts })
    } else {
      faults.push(found)
      tell?.({ step, address, unread: found })
    }
  }

  const facts = mergeFacts(sources)
  if (!facts) {
    const isHalf = sources.some((source) => Object.keys(source.facts.endpoints).length > 0)
    throw failed(fhirBase, isHalf ? missing(sources) : (faults[0] ?? missing(sources)))
  }
  return {
    metadata: toMetadata(facts, fhirBase, profile),
    freshSeconds: Math.min(...sources.map((source) => source.freshSeconds)),
  }
}

async function readStep(
  step: DocumentStep,
  merged: DiscoveredFacts | undefined,
  connection: DiscoverableConnection,
  profile: VendorProfile,
  egress: Egress,
  hosts: readonly string[] | undefined,
): Promise<(Source | UnreadDocument) & { readonly address: string }> {
  const fhirBase = connection.fhirBaseUrl.replace(/\/$/, '')
  const base = profile.discoveryPath
    ? new URL(profile.discoveryPath, fhirBase).href.replace(/\/$/, '')
    : fhirBase
  const known = connection.authorizationServer?.issuer ?? merged?.issuer
  const { addresses, accept } = wellKnown(step, { fhirBase, base, issuer: known ?? base })
  const headers = Object.fromEntries(
    Object.entries(profile.discoveryHeaders).map(([name, value]) => [
      name,
      value.replace('{client_id}', connection.clientId),
    ]),
  )

  let read: ReadDocument | UnreadDocument = { reason: 'no_address' }
  let address = base
  for (address of addresses) {
    read = await readDocument(address, {
      accept,
      headers,
      egress,
      hosts: hosts ?? [new URL(address).host],
    })
    if ('document' in read) break
  }
  if (!('document' in read)) return { ...read, address }

  const document = step === 'capability-statement' ? oauthUris(read.document) : read.document
  try {
    const facts = factsOf(document, base)
    // An issuer that we asked for is the one that must answer (RFC 8414 §3.3); SMART's own document
    // stands below the FHIR base, and names whatever issuer it has.
    const isAsked = step !== 'smart-configuration' && step !== 'capability-statement'
    if (isAsked && known !== undefined && facts.issuer !== known) {
      if (!isOfEveryTenant(facts, known, profile)) {
        return { reason: 'issuer_mismatch', parameter: 'issuer', address }
      }
      const own = { ...facts, issuer: known }
      return { facts: own, isRegistered: false, freshSeconds: read.freshSeconds, address }
    }
    return { facts, isRegistered: false, freshSeconds: read.freshSeconds, address }
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error
    return { reason: error.message, parameter: error.parameter, address }
  }
}

/**
 * Whether a document is that of the known issuer for all its tenants, as Entra ID's of `organizations`
 * is: its issuer has `{tenantid}` where ours has a word. Whose ID tokens are taken the aliases say, so
 * there must be some.
 */
function isOfEveryTenant(
  { issuer = '' }: DiscoveredFacts,
  known: string,
  { issuerAliases }: VendorProfile,
): boolean {
  const [before, after, ...more] = issuer.split('{tenantid}')
  if (before === undefined || after === undefined || more.length > 0) return false
  const word = known.slice(before.length, known.length - after.length)
  return issuerAliases.length > 0 && known === before + word + after && /^[\w-]+$/.test(word)
}

/** Both endpoints are there, and what the checks to come will need. */
function isEnough(
  { endpoints }: DiscoveredFacts,
  { scopes }: DiscoverableConnection,
  { idToken, idTokenKeys, userSource }: VendorProfile,
): boolean {
  const needsKeys = idToken === 'checked' && idTokenKeys === 'metadata' && scopes.includes('openid')
  return (
    endpoints.authorization_endpoint !== undefined &&
    endpoints.token_endpoint !== undefined &&
    (!needsKeys || endpoints.jwks_uri !== undefined) &&
    (userSource !== 'userinfo' || endpoints.userinfo_endpoint !== undefined)
  )
}

function registered({ authorizationServer: server = {} }: DiscoverableConnection): DiscoveredFacts {
  const { issuer, authorizationEndpoint, tokenEndpoint, jwksUri, userinfoEndpoint } = server
  return {
    ...(issuer && { issuer }),
    endpoints: {
      ...(authorizationEndpoint && { authorization_endpoint: authorizationEndpoint }),
      ...(tokenEndpoint && { token_endpoint: tokenEndpoint }),
      ...(jwksUri && { jwks_uri: jwksUri }),
      ...(userinfoEndpoint && { userinfo_endpoint: userinfoEndpoint }),
    },
    features: {},
  }
}

function toMetadata(
  { issuer, endpoints, features }: DiscoveredFacts,
  fhirBase: string,
  { endpointSlash, idTokenAlgorithms }: VendorProfile,
): AuthorizationServerMetadata {
  const { authorization_endpoint = '', token_endpoint = '', ...others } = endpoints
  const shorten = (address: string) =>
    endpointSlash === 'removed' ? address.replace(/\/$/, '') : address
  return {
    ...features,
    ...others,
    // SMART names an issuer only where it signs people in; without one no ID token can be checked.
    issuer: issuer ?? fhirBase,
    authorization_endpoint: shorten(authorization_endpoint),
    token_endpoint: shorten(token_endpoint),
    id_token_signing_alg_values_supported: [...idTokenAlgorithms],
  }
}

function missing(sources: readonly Source[]): UnreadDocument {
  const has = (name: 'authorization_endpoint' | 'token_endpoint') =>
    sources.some(({ facts }) => facts.endpoints[name] !== undefined)
  return {
    reason: 'missing',
    parameter: has('authorization_endpoint') ? 'token_endpoint' : 'authorization_endpoint',
  }
}

function failed(fhirBase: string, { reason, parameter, cause }: UnreadDocument): BrokerError {
  return new BrokerError('discovery_failed', {
    cause,
    detail: { host: new URL(fhirBase).host, reason, ...(parameter && { parameter }) },
  })
}
