import type { FhirRequest } from '#core/fhir/fhir-request.ts'

/** A request at the FHIR door, from header fields by their names in lower case. */
export function aFhirRequest({
  headers = {},
  ...rest
}: Partial<Omit<FhirRequest, 'header'>> & {
  readonly headers?: Readonly<Record<string, readonly string[]>>
}): FhirRequest {
  return {
    method: 'GET',
    path: '/fhir/R4/general/Production/Patient/1',
    query: new URLSearchParams(),
    body: new Uint8Array(),
    referenceId: 'reference-1',
    remainingMs: () => 60_000,
    header: (name) => headers[name] ?? [],
    ...rest,
  }
}
