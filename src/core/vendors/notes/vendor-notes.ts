import type { VendorData } from '#core/vendors/vendor-profile.ts'
import type { SourceKey } from './sources.ts'

/** How well a fact is known: the vendor or its specification says so, code or a recorded answer shows it, users tell it. */
type Confidence = 'documented' | 'observed' | 'reported'

/** Something known of a vendor, and where it is known from. */
export interface Fact {
  readonly says: string
  readonly confidence: Confidence
  readonly sources: readonly SourceKey[]
}

/**
 * What people should know of a vendor: why each departure is one, and what to do at registration.
 * For documents and the command line; nothing of it is in a function's bundle.
 */
export interface VendorNotes<Data extends VendorData = VendorData> {
  /** FHIR bases of this vendor, by their host and path. */
  readonly fhirBases: readonly RegExp[]
  /** A fact for each departure: none without. */
  readonly departures: { readonly [Field in keyof Data['departures']]: Fact }
  /** Further facts, which the flow meets without a departure, or an operator must know. */
  readonly facts: readonly Fact[]
  /** What to ask for, tick and expect at registration. */
  readonly registration: readonly string[]
  /** What nothing was found about, so that the default stands. */
  readonly unknown: readonly string[]
}

export function documented(says: string, ...sources: readonly SourceKey[]): Fact {
  return { says, confidence: 'documented', sources }
}

export function observed(says: string, ...sources: readonly SourceKey[]): Fact {
  return { says, confidence: 'observed', sources }
}

export function reported(says: string, ...sources: readonly SourceKey[]): Fact {
  return { says, confidence: 'reported', sources }
}
