import type { DiscoveredFacts } from './discovered-facts.ts'

/** Facts, and whether they are the operator's own, which need not agree with a document. */
export interface SourcedFacts {
  readonly facts: DiscoveredFacts
  readonly isRegistered: boolean
}

/**
 * What several sources say together, in the order of the vendor's profile.
 *
 * The first that has both endpoints decides: nothing it says is changed. An earlier one that has
 * not, and a later one, only fill in what it leaves open, and a document does so only if it is of the
 * same server, that is, of the same issuer or with the same token endpoint. So two documents that
 * disagree are never mixed.
 */
export function mergeFacts(sources: readonly SourcedFacts[]): DiscoveredFacts | undefined {
  const leader = sources.find(({ facts }) => isComplete(facts))
  const first = leader ?? together(sources)
  if (!first) return undefined
  return sources
    .filter(
      (source) =>
        source !== leader && (source.isRegistered || sameServer(source.facts, first.facts)),
    )
    .reduce((sum, { facts }) => fillIn(sum, facts), first.facts)
}

/** Where no source alone has both endpoints, the operator's may complete a document's. */
function together(sources: readonly SourcedFacts[]): SourcedFacts | undefined {
  const registered = sources.filter(({ isRegistered }) => isRegistered)
  const candidates = sources
    .filter(({ isRegistered }) => !isRegistered)
    .map(({ facts }) => registered.reduce((sum, own) => fillIn(sum, own.facts), facts))
  const facts = candidates.find(isComplete)
  return facts && { facts, isRegistered: false }
}

function isComplete({ endpoints }: DiscoveredFacts): boolean {
  return endpoints.authorization_endpoint !== undefined && endpoints.token_endpoint !== undefined
}

function sameServer(one: DiscoveredFacts, other: DiscoveredFacts): boolean {
  return (
    (one.issuer !== undefined && one.issuer === other.issuer) ||
    (one.endpoints.token_endpoint !== undefined &&
      one.endpoints.token_endpoint === other.endpoints.token_endpoint)
  )
}

function fillIn(facts: DiscoveredFacts, more: DiscoveredFacts): DiscoveredFacts {
  const issuer = facts.issuer ?? more.issuer
  return {
    ...(issuer !== undefined && { issuer }),
    endpoints: { ...more.endpoints, ...facts.endpoints },
    features: { ...more.features, ...facts.features },
  }
}
