import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'

/** Each field of a profile in a line, for documents. Nothing of it is in a function's bundle. */
export const FIELD_WORDS: Readonly<Record<keyof VendorBehavior, string>> = {
  discoveryOrder: 'Documents that say where the endpoints are, in the order they are read.',
  discoveryPath: 'Path on the FHIR base’s host that these stand below; empty for the FHIR base.',
  discoveryHeaders: 'Headers of discovery; `{client_id}` stands for the registration’s.',
  issuerAliases:
    'Issuers that an ID token may have beside the discovered one; `{issuer}`, `{fhir_base}`, `{tenantid}` for the claim `tid`, and `*` for a path segment.',
  idTokenKeys:
    'Where ID tokens’ keys are: the discovered `jwks_uri`, or where the ID token’s own issuer says.',
  idToken: 'Whether ID tokens are demanded and checked, or ignored.',
  idTokenAlgorithms: 'Signatures that an ID token may have.',
  audience:
    'The FHIR base sent along: as the launch’s `iss` has it, without or with a final slash, omitted, or a URL.',
  audienceParameter: 'The parameter it is sent as.',
  authorizeMethod:
    'The browser takes the authorization request by its URL, or by a form where that is long.',
  authorizeParameters: 'Parameters added to the authorization request.',
  responseType: '`response_type`.',
  responseMode: '`response_mode`; empty sends none.',
  endpointSlash: 'Whether a final slash of a published endpoint is kept.',
  pkce: '`S256`, or none.',
  pushedRequests:
    'The authorization request goes to the server itself where it says that it takes it so (PAR), or never.',
  dpop: 'Tokens are bound to a key of the session where the server says that it does so (DPoP), or never.',
  nonce: 'Checked, only sent, or none.',
  scopeVersion: 'Resource scopes in one version of SMART’s grammar, or as configured.',
  scopeWildcards: 'Whether a resource scope may have `*` for its type.',
  scopesAdded: 'Scopes added to what is configured.',
  scopesRemoved: 'Scopes left out of what is configured.',
  scopesSent: 'All, those of identity and launch only, or none: a portal then decides.',
  scopeForm: '`plain`, with `dots`, or behind the audience with `dollar`.',
  clientAuthentication: 'Ways of authenticating that the server takes.',
  basicEncoding: 'Basic credentials form-encoded, or raw.',
  clientIdInBody: '`client_id` in the body of public clients, or always.',
  assertionAudience: '`aud` of client assertions.',
  assertionAlgorithm:
    'What client assertions are signed with: the algorithm of the stack’s first key, or this one.',
  tokenTypeAliases: 'Further words for Bearer.',
  tokenResponseMember: 'Member of the answer that the token response is in; empty for the answer.',
  defaultTokenSeconds: 'Life of a token that comes without one.',
  refreshMarginSeconds: 'How long before its end a token is renewed.',
  refreshParameters: 'What a refresh names beside the token.',
  refreshReuse:
    'What a second use of a refresh token does: it revokes the grant, is tolerated, or is unknown.',
  refreshFatalErrors: 'Errors that end the grant, beside `invalid_grant`.',
  patientSources: 'Where the patient in context is found, in this order.',
  userSource:
    'Where it is found who signed on: the ID token, userinfo, or the connection’s `userRequest`.',
  fhirHeaders: 'Headers of every FHIR request; `{name}` stands for a member of the token response.',
  fhirQuery: 'Query parameters of every FHIR request, likewise.',
  pagingHosts: 'Hosts that links to further pages may name beside the FHIR base’s.',
}
