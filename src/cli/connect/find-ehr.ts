import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import { type DocumentLookedFor, discover } from '#core/discovery/discover.ts'
import { readDocument } from '#core/discovery/read-document.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { VENDORS, type VendorId } from '#core/vendors/index.ts'
import { VENDOR_NOTES } from '#core/vendors/notes/index.ts'

/** Versions of FHIR by how a CapabilityStatement begins to name them. */
const FHIR_VERSIONS = [
  ['1.0', 'DSTU2'],
  ['3.0', 'STU3'],
  ['4.0', 'R4'],
  ['4.3', 'R4B'],
  ['5.0', 'R5'],
] as const

export type FhirVersion = (typeof FHIR_VERSIONS)[number][1]

/** What an EHR says of itself. */
export interface FoundEhr {
  readonly vendor: VendorId
  readonly metadata: AuthorizationServerMetadata
  /** As its CapabilityStatement has it, where that can be read. */
  readonly fhirVersion?: FhirVersion
  readonly documents: readonly DocumentLookedFor[]
}

/** Why an EHR could not be asked, and what it was asked. */
export interface UnfoundEhr {
  readonly reason: string
  readonly documents: readonly DocumentLookedFor[]
}

/** The vendor whose FHIR bases look like this one; any SMART server where none does. */
export function vendorOf(fhirBaseUrl: string): VendorId {
  return (
    VENDORS.find(({ id }) => VENDOR_NOTES[id].fhirBases.some((base) => base.test(fhirBaseUrl)))
      ?.id ?? 'smart'
  )
}

/** Reads what an EHR publishes: where its authorization server is, and which FHIR it speaks. */
export async function findEhr(
  fhirBaseUrl: string,
  { vendor, clientId, scopes }: { vendor: VendorId; clientId: string; scopes: readonly string[] },
  egress: Egress,
): Promise<FoundEhr | UnfoundEhr> {
  const documents: DocumentLookedFor[] = []
  try {
    const { metadata } = await discover(
      { fhirBaseUrl, vendor, clientId, scopes },
      egress,
      undefined,
      (document) => documents.push(document),
    )
    const fhirVersion = await fhirVersionOf(fhirBaseUrl, egress)
    return { vendor, metadata, documents, ...(fhirVersion && { fhirVersion }) }
  } catch (error) {
    const { code, detail } = BrokerError.from(error)
    return { reason: String(detail.reason ?? code), documents }
  }
}

/** The version that a CapabilityStatement names; `undefined` where none can be read. */
async function fhirVersionOf(
  fhirBaseUrl: string,
  egress: Egress,
): Promise<FhirVersion | undefined> {
  const address = `${fhirBaseUrl.replace(/\/$/, '')}/metadata`
  const read = await readDocument(address, {
    accept: 'application/fhir+json',
    headers: {},
    hosts: [new URL(fhirBaseUrl).host],
    egress,
  })
  return 'document' in read ? namedVersion(read.document['fhirVersion']) : undefined
}

/** `4.0.1` is R4. */
export function namedVersion(version: unknown): FhirVersion | undefined {
  if (typeof version !== 'string') return undefined
  return FHIR_VERSIONS.find(([prefix]) => version.startsWith(`${prefix}.`))?.[1]
}
