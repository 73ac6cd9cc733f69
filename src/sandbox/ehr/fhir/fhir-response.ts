import type { OperationOutcome, Resource } from '@medplum/fhirtypes'

/** A FHIR answer, with the version headers of the resource that it holds. */
export function fhirResponse(
  resource: Resource,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { versionId, lastUpdated } = resource.meta ?? {}
  return new Response(JSON.stringify(resource), {
    status,
    headers: {
      'content-type': 'application/fhir+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(versionId && { etag: `W/"${versionId}"` }),
      ...(lastUpdated && { 'last-modified': new Date(lastUpdated).toUTCString() }),
      ...headers,
    },
  })
}

/** A refusal, as an OperationOutcome. */
export function fhirError(
  status: number,
  code: OperationOutcome['issue'][number]['code'],
  diagnostics: string,
  headers?: Readonly<Record<string, string>>,
): Response {
  const outcome: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code, diagnostics }],
  }
  return fhirResponse(outcome, status, headers)
}

/** The refusal of what the access token's scopes do not cover. */
export function outOfScope(): Response {
  return fhirError(403, 'forbidden', 'The access token was not granted this')
}
