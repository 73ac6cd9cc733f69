import type { ConformanceRow } from './rows.ts'

/** Requirements on the FHIR door as an HTTP intermediary (FD), and on what it does for apps' clients (CL). */
export const FHIR_DOOR_ROWS: readonly ConformanceRow[] = [
  {
    id: 'FD-01',
    asks: 'Connection-bound fields dropped both ways: `Connection` and every field it names, `Keep-Alive`, `Proxy-Connection`, `TE` …',
  },
  {
    id: 'FD-02',
    asks: '`Via` added toward the EHR; own `Via` seen again → 508-like error, no loop',
  },
  {
    id: 'FD-03',
    asks: 'Allow-list of request headers: `Accept*`, `Content-Type/-Encoding/-Length`, `If-*`, `Prefer`, `Range` …',
  },
  { id: 'FD-04', asks: '`_redox_session` taken out of the query' },
  {
    id: 'FD-05',
    asks: 'Session given twice (query twice, query and header, header and token) with different values → 400',
  },
  {
    id: 'FD-06',
    asks: 'Path: decoded once, checked (`..`, `%2e`, `//`, `\\`, `;`, control characters, `@`), re-encoded',
  },
  { id: 'FD-07', asks: 'Methods GET, HEAD, POST, PUT, PATCH, DELETE; others 405 with `Allow`' },
  { id: 'FD-08', asks: 'Base URL with and without final slash take batch/transaction' },
  { id: 'FD-09', asks: 'POST `_search`: form body unchanged, query also allowed' },
  {
    id: 'FD-10',
    asks: 'Conditional: `If-None-Exist`, `If-Match` (weak ETags), `If-None-Match`, `If-Modified-Since`, conditional update/delete queries …',
  },
  {
    id: 'FD-11',
    asks: '`Prefer` (`return=*`, `handling=*`, `respond-async`) passes, many values and repeated headers',
  },
  { id: 'FD-12', asks: '`_format`, `_pretty`, `_summary`, `_elements` pass' },
  { id: 'FD-13', asks: 'PATCH types: JSON Patch, FHIRPath Patch unchanged' },
  {
    id: 'FD-14',
    asks: 'Batch/transaction entries: relative `request.url`, `ifNoneExist`, `ifMatch`, `urn:uuid` untouched',
  },
  {
    id: 'FD-15',
    asks: '`Expect: 100-continue`, chunked bodies, `Content-Encoding: gzip` up to the size limit',
  },
  { id: 'FD-16', asks: 'Retries: only GET, HEAD and POST `_search` after connection failure' },
  {
    id: 'FD-20',
    asks: '`Location` (201) and `Content-Location`: EHR base → our base, without session query',
  },
  { id: 'FD-21', asks: '`Bundle.link.url` (all relations): under the EHR base → our base' },
  {
    id: 'FD-22',
    asks: 'Links carry the session as the request did: query in → `_redox_session` in every link (and clients work unchanged)',
  },
  {
    id: 'FD-23',
    asks: 'The opaque token stands in the query, on the same type path (`/Patient?_page=…`): Medplum keeps only the query of a `next` …',
  },
  {
    id: 'FD-24',
    asks: 'Page token: bound to session and app, holds or points to the EHR URL, host re-checked on use, expires with the session, long …',
  },
  {
    id: 'FD-25',
    asks: '`entry.fullUrl` and `response.location`: EHR base → our base, so that relative references still resolve',
  },
  { id: 'FD-26', asks: 'Absolute `Reference.reference`, `Attachment.url` on the EHR base → ours' },
  {
    id: 'FD-27',
    asks: 'Signed or document/message/collection bundles, `Provenance.signature`: not rewritten at all',
  },
  { id: 'FD-28', asks: 'XML asked for: 406, sent: 415, with OperationOutcome' },
  { id: 'FD-29', asks: 'CapabilityStatement: `implementation.url` → ours' },
  {
    id: 'FD-30',
    asks: 'Rewritten body: new length, `Content-Encoding` recomputed, `Content-MD5`/`Digest`/`Repr-Digest` dropped, strong `ETag` made …',
  },
  {
    id: 'FD-31',
    asks: 'Unchanged body: streamed, back-pressure, encoding and `Vary` kept, memory flat at 200 MB',
  },
  {
    id: 'FD-32',
    asks: '`Binary`: content negotiated by `Accept` (raw type or FHIR form) passes both ways',
  },
  { id: 'FD-33', asks: 'Async: 202 + `Content-Location` → ours' },
  {
    id: 'FD-34',
    asks: 'Response allow-list: `ETag`, `Last-Modified`, `Location`, `Content-*`, `Retry-After`, `X-Progress`, `X-Request-Id`, `Warning` …',
  },
  { id: 'FD-35', asks: '`Cache-Control: no-store` (or `private`) on patient data' },
  { id: 'FD-36', asks: 'EHR redirects (3xx) are not followed with the token off-host' },
  { id: 'FD-37', asks: '201 with no body: no JSON content type on it (Medplum dies parsing it)' },
  {
    id: 'FD-40',
    asks: 'Every error of ours: `application/fhir+json` OperationOutcome, `issue.code`, `details`, reference id',
  },
  {
    id: 'FD-41',
    asks: 'App’s token missing/invalid: 401, `WWW-Authenticate: Bearer realm=…, error="invalid_token"` (`error` left out when no token …',
  },
  { id: 'FD-42', asks: 'App’s scope too narrow: 403 `insufficient_scope` with `scope`' },
  {
    id: 'FD-43',
    asks: 'Session unknown, ended, another app’s: one answer for all, no oracle, no timing difference',
  },
  { id: 'FD-44', asks: 'EHR answers 401: refresh once, repeat once' },
  {
    id: 'FD-45',
    asks: 'EHR 403, 404, 409, 410, 412, 422, 429 (+`Retry-After`) pass with their OperationOutcome',
  },
  { id: 'FD-46', asks: 'Upstream unreachable 502 `transient`, timeout 504 `timeout`' },
  { id: 'FD-47', asks: 'Body cut off by the EHR → our response is cut off too (no clean end)' },
  { id: 'CL-01', asks: 'Q, H, T each alone suffice' },
  {
    id: 'CL-02',
    asks: 'T is bound to app and session, dies with the session, `expires_in` ≤ session end',
  },
  {
    id: 'CL-03',
    asks: '`metadata` and `.well-known/smart-configuration` answered without token and session (registry’s or cached EHR copy) …',
  },
  {
    id: 'CL-04',
    asks: 'Every URL we emit begins with the caller’s base string exactly (scheme, host, port, path, case)',
  },
  {
    id: 'CL-05',
    asks: 'No URL on another host ever leaves in `link` or `Location`: clients would send it the token',
  },
  { id: 'CL-06', asks: 'Page token in the query on the type path' },
  { id: 'CL-07', asks: '`_count` appended to a page token: honored or ignored, never an error' },
  {
    id: 'CL-08',
    asks: '`fullUrl` on our base: client-py resolves references by comparing `fullUrl` with base + reference',
  },
  { id: 'CL-09', asks: 'Query strings `?`, `&`, `?&a=b` accepted' },
  {
    id: 'CL-10',
    asks: '`Accept: application/json` = FHIR JSON; toward the EHR mapped by profile where it insists on `application/fhir+json`',
  },
  {
    id: 'CL-11',
    asks: 'App token request without `scope` (Medplum `startJwtAssertionLogin` sends none) → the app’s registered scopes',
  },
  {
    id: 'CL-12',
    asks: 'Loop guard: per app and session, after 3 session-dead answers in 10 s → 429 + `Retry-After`',
  },
  {
    id: 'CL-13',
    asks: 'POST `$export` without body, PATCH without FHIR type, DELETE with or without headers',
  },
  {
    id: 'CL-14',
    asks: 'Suite: the six clients read, search, page ×3, create, update, conditional create, batch, Binary, error, session end',
  },
]
