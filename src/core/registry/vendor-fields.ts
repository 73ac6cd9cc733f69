import * as z from 'zod/mini'
import { VENDORS } from '#core/vendors/index.ts'
import type { VendorBehavior } from '#core/vendors/vendor-profile.ts'
import { address, host, SCOPE_TOKEN } from './registry-fields.ts'

const names = z.record(
  z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'Use letters, digits, "-" or "_".')),
  z.string().check(z.regex(/^[\x20-\x7e]{0,512}$/, 'Use printable ASCII.')),
)
const scopeTokens = z.array(
  z.string().check(z.regex(SCOPE_TOKEN, 'Use one scope, without spaces.')),
)
const oauthError = z
  .string()
  .check(z.regex(/^[a-z_]{1,40}$/, 'Use an error code, such as invalid_request.'))
const alias = z
  .string()
  .check(
    z.regex(
      /^(\{issuer\}|\{fhir_base\}|https?:\/\/)([^\s{}]|\{tenantid\})*$/,
      'Use an issuer; {issuer} or {fhir_base} may begin it, {tenantid} stands for the claim tid, and * for one path segment.',
    ),
  )

/** Every field of a vendor's behavior, as a connection may override it. */
const behavior = {
  discoveryOrder: z
    .array(
      z.enum([
        'smart-configuration',
        'capability-statement',
        'openid-configuration',
        'oauth-authorization-server',
        'registered',
      ]),
    )
    .check(z.minLength(1)),
  discoveryPath: z
    .string()
    .check(z.regex(/^(\/[^\s?#]*)?$/, 'Use a path on the FHIR base’s host.')),
  discoveryHeaders: names,
  issuerAliases: z.array(alias),
  idTokenKeys: z.enum(['metadata', 'token-issuer']),
  idToken: z.enum(['checked', 'ignored']),
  idTokenAlgorithms: z
    .array(
      z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']),
    )
    .check(z.minLength(1)),
  audience: z
    .string()
    .check(
      z.regex(
        /^(as-received|without-slash|with-slash|omitted|https?:\/\/\S+)$/,
        'Use as-received, without-slash, with-slash, omitted, or the URL to send.',
      ),
    ),
  audienceParameter: z.enum(['aud', 'audience', 'resource']),
  authorizeMethod: z.enum(['get', 'post-when-long']),
  authorizeParameters: names,
  responseType: z.enum(['code', 'code id_token']),
  responseMode: z.enum(['', 'query', 'form_post']),
  endpointSlash: z.enum(['kept', 'removed']),
  pkce: z.enum(['S256', 'none']),
  pushedRequests: z.enum(['by-discovery', 'none']),
  dpop: z.enum(['by-discovery', 'none']),
  nonce: z.enum(['checked', 'sent', 'none']),
  scopeVersion: z.enum(['as-configured', 'v1', 'v2']),
  scopeWildcards: z.boolean(),
  scopesAdded: scopeTokens,
  scopesRemoved: scopeTokens,
  scopesSent: z.enum(['all', 'identity', 'none']),
  scopeForm: z.enum(['plain', 'dots', 'dollar']),
  clientAuthentication: z
    .array(z.enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']))
    .check(z.minLength(1)),
  basicEncoding: z.enum(['form', 'raw']),
  clientIdInBody: z.enum(['public', 'always']),
  assertionAudience: z.enum(['token-endpoint', 'issuer', 'fhir-base']),
  assertionAlgorithm: z.enum(['any', 'RS384', 'ES384']),
  tokenTypeAliases: z.array(z.string().check(z.minLength(1), z.maxLength(64))),
  tokenResponseMember: z.string().check(z.maxLength(64)),
  defaultTokenSeconds: z.int().check(z.minimum(60), z.maximum(86_400)),
  refreshMarginSeconds: z.int().check(z.minimum(5), z.maximum(3_600)),
  refreshParameters: z.array(z.enum(['scope', 'redirect_uri'])),
  refreshReuse: z.enum(['revokes', 'tolerated', 'unknown']),
  refreshFatalErrors: z.array(oauthError),
  patientSources: z.array(
    z
      .string()
      .check(
        z.regex(
          /^(response|fhir-user|search|access-token:[A-Za-z0-9_.-]{1,64})$/,
          'Use response, fhir-user, search, or access-token:<claim>.',
        ),
      ),
  ),
  userSource: z.enum(['id-token', 'userinfo', 'request']),
  fhirHeaders: names,
  fhirQuery: names,
  pagingHosts: z.array(host),
} satisfies Record<keyof VendorBehavior, z.core.$ZodType>

export const vendorId = z
  .enum(
    VENDORS.map(({ id }) => id),
    `Use one of: ${VENDORS.map(({ id }) => id).join(', ')}.`,
  )
  .check(
    z.meta({
      description:
        'The vendor’s profile: how this EHR departs from SMART (docs/vendors.md). Any SMART server when left out.',
    }),
  )

/** Its fields are {@link VendorBehavior}'s, as `behavior` is checked to be; patterns have no types. */
export const vendorOverrides = z
  .strictObject(
    Object.fromEntries(
      Object.entries(behavior).map(([name, field]) => [name, z.exactOptional(field)]),
    ),
  )
  .check(
    z.meta({
      description: 'What of the vendor’s profile is otherwise at this EHR (docs/vendors.md).',
    }),
  ) as unknown as z.ZodMiniType<Partial<VendorBehavior>, Partial<VendorBehavior>>

export const authorizationServer = z
  .strictObject({
    issuer: z.exactOptional(
      address(
        'The issuer: where an OpenID provider’s documents are, and what it must call itself.',
      ),
    ),
    authorizationEndpoint: z.exactOptional(address('Where the browser is sent.')),
    tokenEndpoint: z.exactOptional(address('Where codes and refresh tokens are presented.')),
    jwksUri: z.exactOptional(address('The keys of ID tokens.')),
    userinfoEndpoint: z.exactOptional(address('Says who a token is of.')),
  })
  .check(
    z.meta({
      description:
        'The authorization server, as far as its documents do not say, or say wrongly: see discoveryOrder.',
    }),
  )

const pointer = (description: string) =>
  z
    .string()
    .check(
      z.regex(/^(\/[^/]{1,64}){1,8}$/, 'Use a JSON Pointer, such as /data/id.'),
      z.meta({ description }),
    )

export const userRequest = z
  .strictObject({
    url: address('Read with the access token, by GET.'),
    subject: pointer('Where the answer has the user’s id.'),
    name: z.exactOptional(pointer('Where it has the name.')),
    email: z.exactOptional(pointer('Where it has the e-mail address.')),
  })
  .check(z.meta({ description: 'With userSource "request": what to ask to know who signed on.' }))
