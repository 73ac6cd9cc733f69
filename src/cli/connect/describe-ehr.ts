import type { DocumentLookedFor } from '#core/discovery/discover.ts'
import { VENDORS } from '#core/vendors/index.ts'
import type { FoundEhr, UnfoundEhr } from './find-ehr.ts'
import type { Proposal } from './propose-connection.ts'

/** What an EHR said, and what was made of it. */
export function describeEhr(
  { vendor, metadata, documents }: FoundEhr,
  { method, assertionAlgorithm, scopes, fhirVersion, questions }: Proposal,
): readonly string[] {
  const label = VENDORS.find(({ id }) => id === vendor)?.label
  return [
    ...documents.map(describeDocument),
    `authorization endpoint  ${metadata.authorization_endpoint}`,
    `token endpoint          ${metadata.token_endpoint}`,
    `issuer                  ${metadata.issuer}`,
    '',
    `vendor                  ${vendor} (${label})`,
    `FHIR version            ${fhirVersion}`,
    `client authentication   ${method}${assertionAlgorithm ? `, signed with ${assertionAlgorithm}` : ''}`,
    `scopes                  ${scopes.join(' ')}`,
    ...(questions.length > 0 ? ['', 'Not said, so to be asked:'] : []),
    ...questions.map((question) => `  ${question}`),
  ]
}

/** Why there is nothing to propose. */
export function describeUnfound({ reason, documents }: UnfoundEhr): readonly string[] {
  return [
    ...documents.map(describeDocument),
    `This EHR does not say where its authorization server is (${reason}). Is it the FHIR base URL, without a path to a resource? Where the documents are closed, write the entry by hand, with authorizationServer (docs/add-an-ehr.md).`,
  ]
}

/** One document: where it was looked for, and what came of it. */
export function describeDocument(document: DocumentLookedFor): string {
  const outcome = 'facts' in document ? 'read' : document.unread.reason
  return `${document.address}: ${outcome}`
}
