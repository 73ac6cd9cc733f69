import type { Probe } from '#adapters/egress/probe.ts'
import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import type { DiscoveredFacts } from '#core/discovery/discovered-facts.ts'
import type { Egress } from '#core/egress.ts'
import type { Connection, Registration, SecretReader } from '#core/registry/registry.ts'
import type { Signer } from '#core/signer.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'

/** What is examined. */
export interface Examined {
  readonly connection: Connection
  readonly registration: Registration
  /** The one that this registration has to have at its vendor. */
  readonly redirectUri: string
}

/** What the examination goes out by. */
export interface DoctorDeps {
  readonly egress: Egress
  readonly probe: Probe
  readonly secrets: SecretReader
  /** The keys that sign assertions; absent where the stack’s outputs do not say which they are. */
  readonly signers?: readonly Signer[]
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What discovery found, with what the documents themselves say beside it. */
export interface DiscoveredEhr extends Examined {
  readonly profile: VendorProfile
  readonly metadata: AuthorizationServerMetadata
  /** As published: what the profile changes of it is not in here. */
  readonly features: DiscoveredFacts['features']
}
