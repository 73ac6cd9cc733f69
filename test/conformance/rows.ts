import { FHIR_DOOR_ROWS } from './fhir-door-rows.ts'
import { NORMAL_FORM_ROWS } from './normal-form-rows.ts'

/** A requirement of the conformance checklist: what it asks for, in a line. */
export interface ConformanceRow {
  readonly id: string
  readonly asks: string
  /** Why it does not apply here. */
  readonly notHere?: string
}

/**
 * Requirements on a SMART client and OpenID relying party (SMART App Launch 2.2, Inferno's kits, the
 * OpenID Foundation's modules, the OAuth documents), on a SAML 2.0 service provider, on the FHIR door, and on how token responses
 * are read. A test that
 * shows one has the row's id in its name.
 */
export const CONFORMANCE_ROWS: readonly ConformanceRow[] = [
  { id: 'SM-01', asks: 'Launch and redirect URLs are fixed, complete URLs fixed at registration' },
  { id: 'SM-02', asks: 'EHR launch reads `iss` and `launch`' },
  { id: 'SM-03', asks: '`launch` is opaque' },
  { id: 'SM-04', asks: 'Codes, tokens, secrets only to authenticated servers over TLS ≥ 1.2' },
  { id: 'SM-05', asks: 'A repeated `iss` or `launch` parameter is refused' },
  { id: 'SM-06', asks: 'Launch works in a new window and in an iframe' },
  {
    id: 'SM-07',
    asks: 'Standalone launch sends no `launch` parameter and asks for context by `launch/patient`, `launch/encounter`',
  },
  {
    id: 'SM-08',
    asks: 'Discovery = GET FHIR base + `/.well-known/smart-configuration`, appended even when the base has a path (the opposite of RFC …',
  },
  {
    id: 'SM-09',
    asks: 'Send `Accept: application/json`; accept the JSON whatever header comes back; compare header names without case',
  },
  { id: 'SM-10', asks: 'Relative endpoints are resolved against the FHIR base' },
  {
    id: 'SM-11',
    asks: 'Only missing endpoints are fatal among what smart-configuration must have',
  },
  { id: 'SM-12', asks: '`scopes_supported` is not exhaustive' },
  { id: 'SM-13', asks: 'Capabilities steer; unknown ones are ignored' },
  {
    id: 'SM-14',
    asks: 'Old servers: `oauth-uris` extension of the CapabilityStatement (deprecated), then `openid-configuration`, then …',
  },
  {
    id: 'SM-15',
    asks: '`associated_endpoints` share the FHIR token',
    notHere: 'no associated endpoint is ever given a token: there is no configuration for one',
  },
  {
    id: 'SM-16',
    asks: '`management_endpoint`, `revocation_endpoint`, `introspection_endpoint`, `user_access_brand_*` are kept when present',
  },
  { id: 'SM-20', asks: 'All parameters of the authorization request are sent' },
  {
    id: 'SM-21',
    asks: '`aud` is the FHIR base URL; in an EHR launch it is the launch’s `iss` as received, not our normal form of it',
  },
  {
    id: 'SM-22',
    asks: '`state` ≥ 122 bits, fresh per launch, on every request, checked on every request to the redirect URL (errors too), tied to the …',
  },
  {
    id: 'SM-23',
    asks: 'PKCE with `S256`, fresh verifier per launch, also where the server does not advertise it (athenahealth wants it unadvertised',
  },
  { id: 'SM-24', asks: 'An EHR launch has the scope launch and the parameter launch' },
  { id: 'SM-25', asks: 'launch/x?role=y has one role a scope, the type in lower case' },
  {
    id: 'SM-26',
    asks: 'Resource scopes: `patient`, `user` or `system`, `/`, type or `*` `.` non-empty subset of `cruds` in that order, …',
  },
  {
    id: 'SM-27',
    asks: 'v1 ⇄ v2 by capability: `.read`=`.rs`, `.write`=`.cud`, `.*`=`.cruds`; compare grants by meaning, not by string',
  },
  { id: 'SM-28', asks: 'A `?` filter in a scope holds a pipe, `:`, `&`, `=`' },
  { id: 'SM-29', asks: 'Least scopes; wildcards not for convenience' },
  { id: 'SM-30', asks: 'GET or POST to the authorization endpoint' },
  { id: 'SM-31', asks: 'Query already on `authorization_endpoint` is kept' },
  {
    id: 'SM-32',
    asks: 'Identity: `openid` with `fhirUser` (and our `nonce`); never `max_age` to a server that does not take it',
  },
  { id: 'SM-33', asks: '`online_access` (EHR launch) or `offline_access`, as configured' },
  {
    id: 'SM-34',
    asks: 'Nothing that arrives at the redirect URL is executed, echoed unescaped, or used as the target of a redirect',
  },
  {
    id: 'SM-35',
    asks: 'Error answers (`access_denied`, `invalid_scope`, `login_required`, unknown codes) end in a plain page',
  },
  { id: 'SM-36', asks: 'Where a provider answers by `form_post`' },
  {
    id: 'SM-40',
    asks: 'POST form with `grant_type=authorization_code`, `code`, the same `redirect_uri`, `code_verifier`',
  },
  { id: 'SM-41', asks: '`client_id` in the body for public clients' },
  { id: 'SM-42', asks: 'Asymmetric authentication when the server has it, else symmetric' },
  { id: 'SM-43', asks: 'Symmetric = HTTP Basic of id and secret' },
  { id: 'SM-44', asks: 'Assertion header: `alg`, `kid` (unique in our set) and `typ: JWT`' },
  { id: 'SM-45', asks: '`iss` = `sub` = client id' },
  { id: 'SM-46', asks: '`aud` = the token URL the assertion is posted to, as one string' },
  { id: 'SM-47', asks: 'Able to sign `RS384` and `ES384`' },
  { id: 'SM-48', asks: 'JWK set at a TLS URL without authentication, with `Cache-Control`' },
  { id: 'SM-49', asks: '`jku`, if sent, equals the registered URL' },
  {
    id: 'SM-50',
    asks: 'Rotation: old and new key both published longer than the longest cache time',
  },
  {
    id: 'SM-51',
    asks: 'Response: `access_token`, `token_type` (any case of Bearer), `scope` required; `expires_in` only recommended',
  },
  { id: 'SM-52', asks: 'Granted scopes may be fewer, more, other, differently cut, or empty' },
  {
    id: 'SM-53',
    asks: 'Unknown members, `__x` and URI-named members are kept and passed on, not failed on',
  },
  { id: 'SM-54', asks: 'Tokens live in app-specific storage' },
  {
    id: 'SM-55',
    asks: '`authorization_details` of type `smart_on_fhir`',
    notHere:
      'an experimental answer that is ignored: what is unknown is passed on, and acted on never',
  },
  { id: 'SM-60', asks: '`patient`, `encounter` are ids (strings), not references' },
  { id: 'SM-61', asks: '`fhirContext`' },
  { id: 'SM-62', asks: '`need_patient_banner` boolean' },
  { id: 'SM-63', asks: 'Unknown or absent `intent` → app’s default view' },
  { id: 'SM-64', asks: '`smart_style_url`' },
  { id: 'SM-65', asks: '`tenant` opaque' },
  { id: 'SM-66', asks: 'A granted `patient/` scope implies a patient' },
  { id: 'SM-67', asks: 'Context is a snapshot: a new chart means a new launch and a new session' },
  { id: 'SM-68', asks: 'Validate the id_token as OIDC Core §3.1.3.7 (section 3)' },
  {
    id: 'SM-69',
    asks: 'RS256 always accepted; no `nonce` echoed → by connection only (Inferno’s mock server echoes none)',
  },
  { id: 'SM-70', asks: '`fhirUser` absolute or relative to the FHIR base (`aud`)' },
  { id: 'SM-71', asks: 'Old `profile` claim read when `fhirUser` lacks' },
  {
    id: 'SM-80',
    asks: '`grant_type=refresh_token` + same client authentication as the first exchange',
  },
  { id: 'SM-81', asks: '`scope` omitted, or a strict subset of what was granted' },
  {
    id: 'SM-82',
    asks: 'A new refresh token replaces the old one durably before the new access token is used',
  },
  { id: 'SM-83', asks: 'A refresh token is used once' },
  { id: 'SM-84', asks: '`online_access` may end with the person’s EHR session' },
  { id: 'SM-85', asks: 'Refresh answers may carry context again' },
  { id: 'SM-86', asks: 'Bearer token in `Authorization` only' },
  {
    id: 'SM-87',
    asks: 'Absolute references or links to another server are not followed with the token',
  },
  { id: 'SM-88', asks: 'Filtered results (200) and 403 on writes are normal' },
  {
    id: 'SM-89',
    asks: 'Introspection: POST, authenticated; answer has `active`, `scope`, `client_id`, `exp`, context, and `iss`/`sub` when an …',
    notHere: 'the broker introspects nothing; what a session is, it knows itself',
  },
  { id: 'SM-90', asks: 'Revoke at session end if `revocation_endpoint` is known' },
  {
    id: 'SM-91',
    asks: 'App state (`Basic`): `If-Match` on update/delete, 412 passed on, ≤ 256 KB, no reuse of a deleted id, never clinical data',
    notHere: 'a matter between the app and the FHIR server; the door passes the headers on',
  },
  {
    id: 'SM-92',
    asks: 'Brands: `If-None-Match`, cache by ETag; the bundle linked from the server’s own smart-configuration wins over a vendor …',
    notHere:
      'no brand bundle is read: the list that the launch picker shows is made of the registry’s own connections',
  },
  {
    id: 'SM-93',
    asks: 'Refresh tokens bound to a key where offered (DPoP)',
  },
  {
    id: 'BK-01',
    asks: 'Client: POST form `grant_type=client_credentials`, `scope` (required), assertion type and assertion',
  },
  {
    id: 'BK-02',
    asks: 'Client: `system/` scopes; `user/`, `patient/` only by agreement',
  },
  {
    id: 'BK-03',
    asks: 'Client: no refresh token expected; ask again before `expires_in` (300 s typical), one caller at a time',
  },
  {
    id: 'BK-10',
    asks: 'Server: publish smart-configuration: `token_endpoint`, `grant_types_supported`, `token_endpoint_auth_methods_supported: …',
  },
  {
    id: 'BK-11',
    asks: 'Server: verify signature, `iss`=`sub`=known client, `aud` = our token URL, `exp` in the future and ≤ 5 min + skew, …',
  },
  {
    id: 'BK-12',
    asks: 'Server: `jku` present → must equal the registered URL or the request fails; absent → registered set',
  },
  {
    id: 'BK-13',
    asks: 'Server: exactly one key with that `kid` and a `kty` fitting `alg`; none or two → fail',
  },
  {
    id: 'BK-14',
    asks: 'Server: JWKS cached no longer than its `Cache-Control`; unknown `kid` → one refetch, rate-limited',
  },
  {
    id: 'BK-15',
    asks: 'Server: failure → RFC 6749 error JSON, `invalid_client` (401); scope outside the grant → `invalid_scope`; …',
  },
  {
    id: 'BK-16',
    asks: 'Server: answer `access_token`, `token_type: bearer`, `expires_in` ≤ 300 for the app’s own token (a session-bound one as …',
  },
  {
    id: 'BK-17',
    asks: 'Server: 3.1-style duplicates refused: two client authentications, repeated parameters, wrong content type',
  },
  { id: 'IN-01', asks: '`smart_client_registration_{alca,alcs,alp}_verification`' },
  { id: 'IN-02', asks: '`smart_client_registration_bsca_verification`' },
  { id: 'IN-03', asks: '`smart_client_access_{alca,alcs,alp,bsca}_interaction`' },
  { id: 'IN-04', asks: '`smart_client_authorization_request_{alca,alcs,alp}_verification`' },
  { id: 'IN-05', asks: '`smart_client_token_request_alca_verification`' },
  { id: 'IN-06', asks: '`smart_client_token_request_alcs_verification`' },
  { id: 'IN-07', asks: '`smart_client_token_request_alp_verification`' },
  { id: 'IN-08', asks: '`smart_client_token_request_bsca_verification`' },
  { id: 'IN-09', asks: '`smart_client_token_use_verification`' },
  { id: 'IN-20', asks: '`smart_backend_services_invalid_grant_type`' },
  { id: 'IN-21', asks: '`smart_backend_services_invalid_client_assertion` (wrong assertion type)' },
  { id: 'IN-22', asks: '`smart_backend_services_invalid_jwt`' },
  { id: 'IN-23', asks: '`smart_backend_services_auth_request_success`, `…_auth_response_body`' },
  { id: 'IN-24', asks: '`well_known_endpoint`, `well_known_capabilities_stu2`' },
  {
    id: 'IN-25',
    asks: '(g)(10): `g10_smart_invalid_aud`',
    notHere:
      'the row is one of the EHR: an EHR that shows its own error page leaves the launch to end by its time',
  },
  { id: 'IN-26', asks: 'Bad codes, client ids and verifiers are refused' },
  { id: 'IN-27', asks: 'Grants narrower than the request, or cut differently' },
  { id: 'IN-28', asks: '`smart_token_refresh` run with and without `scope`' },
  { id: 'IN-29', asks: '`smart_token_response_headers`' },
  { id: 'RP-01', asks: '`oidcc-client-test` (plain) / `happy-path`' },
  { id: 'RP-02', asks: '`client-secret-basic`' },
  { id: 'RP-03', asks: '`discovery-issuer-mismatch`' },
  { id: 'RP-04', asks: '`invalid-iss`, `invalid-missing-iss`' },
  { id: 'RP-05', asks: '`invalid-aud`, `missing-aud` / `invalid-missing-aud`' },
  { id: 'RP-06', asks: '`valid-aud-as-array`' },
  { id: 'RP-07', asks: '`invalid-secondary-aud`' },
  { id: 'RP-08', asks: '`missing-iat`, `missing-sub`' },
  { id: 'RP-09', asks: '`invalid-missing-exp`, `invalid-expired-exp`' },
  { id: 'RP-10', asks: '`iat-is-week-in-past`' },
  { id: 'RP-11', asks: '`idtoken-sig-rs256`' },
  { id: 'RP-12', asks: '`invalid-sig-rs256`, `invalid-sig-es256`' },
  { id: 'RP-13', asks: '`invalid-signature`, `invalid-alternate-alg`, `invalid-null-alg`' },
  { id: 'RP-14', asks: '`idtoken-sig-none`' },
  { id: 'RP-15', asks: '`invalid-sig-hs256`' },
  { id: 'RP-16', asks: '`kid-absent-single-jwks`' },
  { id: 'RP-17', asks: '`kid-absent-multiple-jwks`' },
  { id: 'RP-18', asks: '`nonce-invalid`, `invalid-nonce`, `invalid-missing-nonce`' },
  { id: 'RP-19', asks: '`scope-userinfo-claims`, `userinfo-bearer-header`' },
  { id: 'RP-20', asks: '`userinfo-invalid-sub`' },
  { id: 'RP-21', asks: '`signing-key-rotation`, `signing-key-rotation-just-before-signing`' },
  { id: 'RP-22', asks: '`discovery-openid-config`, `discovery-jwks-uri-keys`' },
  {
    id: 'RP-23',
    asks: '`token-endpoint-response-without-expires_in`, `no-scope-in-token-endpoint-response`, `token-type-case-insensitivity`',
  },
  {
    id: 'RP-24',
    asks: '`invalid-authorization-response-iss`, `remove-authorization-response-iss`',
  },
  {
    id: 'RP-25',
    asks: '`ensure-authorization-response-with-invalid-state-fails`, `…-invalid-missing-state-fails`',
  },
  {
    id: 'RP-30',
    asks: '`userinfo-signed`',
    notHere: 'a signed userinfo answer is refused as not JSON',
  },
  {
    id: 'RP-31',
    asks: '`encrypted-idtoken`, `encrypted-idtoken-usingrsa15`',
    notHere: 'no key for encrypted ID tokens is published',
  },
  {
    id: 'RP-32',
    asks: '`happy-path-no-dpop-nonce`, `rs-dpop-auth-scheme-case-insensitivity`',
  },
  {
    id: 'RP-33',
    asks: '`ensure-jarm-*` (8: signature none, expired `exp`, wrong `aud`/`iss`/signature, missing `aud`/`exp`/`iss`)',
  },
  {
    id: 'RP-34',
    asks: '`fapi2-security-profile-final-*` happy path with PAR + `private_key_jwt` + DPoP',
  },
  { id: 'OA-01', asks: 'One client authentication method a request' },
  { id: 'OA-02', asks: 'Basic credentials form-encoded, or raw by connection' },
  { id: 'OA-03', asks: 'Unknown response parameters ignored' },
  { id: 'OA-04', asks: 'Redirect URIs without fragment' },
  { id: 'OA-05', asks: 'A code is used once, even after a timeout' },
  {
    id: 'OA-06',
    asks: 'Errors at the redirect: the six codes of §4.1.2.1 and OIDC’s (`login_required`, `interaction_required`, …',
  },
  {
    id: 'OA-07',
    asks: 'Token errors: 400, or 401 with `WWW-Authenticate` after Basic; codes of §5.2; bodies that are HTML, empty, …',
  },
  { id: 'OA-08', asks: 'Never use a token of an unknown `token_type`' },
  {
    id: 'OA-09',
    asks: 'Token call: no redirects followed, size and time capped, `application/json` checked',
  },
  {
    id: 'BE-01',
    asks: 'Bearer: header; 401 `invalid_token` → refresh once and repeat once (idempotent requests; others only when the server …',
  },
  { id: 'PK-01', asks: 'Verifier 43–128 unreserved characters, new each time' },
  { id: 'PK-02', asks: 'No falling back after a PKCE error' },
  { id: 'MD-01', asks: 'RFC 8414 inserts the well-known part *before* the issuer’s path' },
  { id: 'MD-02', asks: '`issuer` in the document identical to the one asked for' },
  { id: 'MD-03', asks: 'Metadata of the resource server does not choose the AS at run time' },
  { id: 'IS-01', asks: '`iss` in the answer' },
  {
    id: 'IS-02',
    asks: 'Promised (`authorization_response_iss_parameter_supported`) but missing → refuse',
  },
  {
    id: 'BC-01',
    asks: 'Code injection and CSRF: PKCE or nonce and state, all per transaction, bound to client and browser',
  },
  { id: 'BC-02', asks: 'Mix-up: per-AS redirect URI, or `iss`' },
  { id: 'BC-03', asks: 'No implicit, no password grant' },
  { id: 'BC-04', asks: 'Redirects to the AS and the app by 303 (or 302), never 307/308' },
  { id: 'BC-05', asks: 'Not an open redirector' },
  { id: 'BC-06', asks: 'No code or state in Referer or history' },
  { id: 'BC-07', asks: 'Identity headers from outside are dropped at the edge' },
  { id: 'BC-08', asks: '`frame-ancestors` on pages with something to click' },
  {
    id: 'RV-01',
    asks: 'Revocation: POST form, client authentication, hint optional; 200 also for an unknown token; 503 → `Retry-After`; …',
  },
  {
    id: 'TI-01',
    asks: 'Introspection: authenticated POST; only `active: true` counts; never cached past `exp`',
    notHere: 'as SM-89',
  },
  {
    id: 'JW-01',
    asks: 'Assertion: `iss`, `sub`, `aud`, `exp`; `nbf`/`iat` optional (send `iat`, no `nbf`: skewed clocks); `client_id` in the …',
  },
  {
    id: 'JW-02',
    asks: '7523bis (approved, with the RFC editor since May 2026) makes the issuer the audience, against SMART’s token URL: a connection …',
  },
  {
    id: 'JW-03',
    asks: 'Any repetition of a request (DPoP nonce, timeout, 5xx) carries a new assertion',
  },
  {
    id: 'DP-01',
    asks: 'Proof per request: `typ: dpop+jwt`, public `jwk`, unique `jti`, `htm`, `htu` without query and fragment, `iat`, `ath` …',
  },
  {
    id: 'DP-02',
    asks: '`use_dpop_nonce` (400 at the AS, 401 at the resource) → repeat once with the `DPoP-Nonce`',
  },
  {
    id: 'DP-03',
    asks: 'Scheme `DPoP`; the key lives as long as the session; behind the proxy `htu` is the EHR’s URL',
  },
  {
    id: 'PA-01',
    asks: 'PAR: authenticated POST, 201 with `request_uri`',
  },
  {
    id: 'JA-01',
    asks: 'JARM (`response_mode=jwt`): signature, `iss`, `aud`, `exp`; `none` refused; state after that',
  },
  { id: 'RI-01', asks: '`resource` as synonym of `aud` by connection' },
  { id: 'CX-01', asks: 'COAT: connection (tenant, app, AS) is stored in the browser-bound launch' },
  { id: 'CX-02', asks: 'The fixed `/redirect` is the default' },
  { id: 'CX-03', asks: 'CORF: the redirect URI alone never decides the connection' },
  { id: 'CX-04', asks: 'No client registration (id, secret, key) shared between owners' },
  {
    id: 'CX-05',
    asks: 'Audience injection: single-valued `aud`. Preferred: the issuer. SMART demands the token URL, which a hostile …',
  },
  {
    id: 'CX-06',
    asks: 'Cross-user fixation: who starts finishes. The launch is bound to the browser by cookie at `/launch` and checked at the …',
  },
  {
    id: 'CX-07',
    asks: 'Where the app has its own signed-in user, the SSO ticket must come back through that app session',
  },
  {
    id: 'CX-08',
    asks: 'Links that carry a launch id without a cookie (portal e-mail, native app) must first land where the session is',
  },
  {
    id: 'SA-01',
    asks: 'AuthnRequest: fresh unguessable `ID`, our `Issuer` and ACS URL, POST as response binding; bound to the browser; signed with SHA-256',
  },
  { id: 'SA-02', asks: 'The ACS takes POST only, a body of a size, one `SAMLResponse`' },
  { id: 'SA-03', asks: 'A DOCTYPE or processing instruction is refused before anything parses it' },
  { id: 'SA-04', asks: '`Version` 2.0; `Status` Success, else a page for each status' },
  { id: 'SA-05', asks: '`Issuer` of assertion and Response is the connection’s provider' },
  { id: 'SA-06', asks: '`Destination` is our ACS URL, and there when the message is signed' },
  {
    id: 'SA-07',
    asks: 'Solicited: `InResponseTo` is an outstanding request of this browser, once. Unsolicited: only where the connection allows it',
  },
  {
    id: 'SA-08',
    asks: 'The assertion is signed, or the Response around it, or both by connection; data from verified bytes only',
  },
  {
    id: 'SA-09',
    asks: 'One bearer confirmation passes wholly: `Recipient`, `NotOnOrAfter`, no `NotBefore`',
  },
  {
    id: 'SA-10',
    asks: '`Conditions` times with a minute of skew; an unknown condition is not valid; `OneTimeUse`',
  },
  { id: 'SA-11', asks: '`AudienceRestriction` is there and names us; of several, all' },
  {
    id: 'SA-12',
    asks: 'Replay: assertion `ID` and issuer kept until `NotOnOrAfter` and skew, by a conditional put',
  },
  { id: 'SA-13', asks: 'An `AuthnStatement`; `SessionNotOnOrAfter`; `SessionIndex` kept' },
  { id: 'SA-14', asks: '`RelayState` is an opaque key of ours, never an address to go to' },
  {
    id: 'SA-15',
    asks: 'Keys from metadata, `KeyInfo` ignored; two keys during a change; metadata that is past its time is said',
  },
  {
    id: 'SA-16',
    asks: 'Algorithms by a list: no SHA-1 unless by connection, no HMAC, XSLT, XPath, remote references',
  },
  {
    id: 'SA-17',
    asks: 'Encrypted assertion: the inner signature or the outer; no RSA 1.5 or 3DES; one error for all failures',
  },
  { id: 'SA-18', asks: 'The user’s key is issuer, NameID, Format, qualifiers' },
  { id: 'SA-19', asks: 'Attributes by `Name`, many-valued' },
  { id: 'SA-20', asks: 'SP metadata: entity id, ACS, both keys, `WantAssertionsSigned`' },
  {
    id: 'SA-21',
    asks: 'Single logout: signed both ways, the session found by NameID and SessionIndex',
  },
  {
    id: 'SA-30',
    asks: 'Patient context in form fields beside `SAMLResponse` is outside the signature',
  },
  { id: 'SA-31', asks: 'A clock that is more than a minute off is told with both clocks' },
  { id: 'SA-32', asks: 'Coded attribute values and CX ids are read' },
  { id: 'SX-1', asks: 'XSW1: forged Response, the signed original inside its Signature' },
  { id: 'SX-2', asks: 'XSW2: forged Response, detached Signature, the original before it' },
  { id: 'SX-3', asks: 'XSW3: forged assertion before the signed one' },
  { id: 'SX-4', asks: 'XSW4: the signed assertion inside the forged one' },
  {
    id: 'SX-5',
    asks: 'XSW5: the signed assertion altered, an unsigned copy of the original at the end',
  },
  { id: 'SX-6', asks: 'XSW6: altered assertion, the original inside the Signature' },
  { id: 'SX-7', asks: 'XSW7: forged assertion in `Extensions`' },
  { id: 'SX-8', asks: 'XSW8: the original in an `Object` of the forged assertion’s Signature' },
  { id: 'SX-9', asks: 'Comment, CDATA section or processing instruction in NameID' },
  { id: 'SX-10', asks: 'The same `ID` twice, in any spelling; two roots' },
  { id: 'SX-11', asks: 'Several `SignedInfo` or references, content in `DigestValue`' },
  { id: 'SX-12', asks: 'Parser differentials, a second assertion of any name' },
  {
    id: 'SX-13',
    asks: 'Signature removed, empty, over another element; a LogoutResponse at the ACS',
  },
  {
    id: 'SX-14',
    asks: 'A valid assertion for another service provider, or another tenant of ours',
  },
  ...NORMAL_FORM_ROWS,
  ...FHIR_DOOR_ROWS,
]
