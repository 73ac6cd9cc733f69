import * as z from 'zod/mini'

/** A name that people read. */
export function name(description: string) {
  return z.string().check(z.minLength(1), z.maxLength(200), z.meta({ description }))
}

/** An id that stands in launch URLs, FHIR paths and logs. */
export function identifier(description: string) {
  return z
    .string()
    .check(
      z.regex(
        /^[a-z0-9][a-z0-9_-]{0,63}$/,
        'Use 1 to 64 lower-case letters, digits, "-" or "_", beginning with a letter or digit.',
      ),
      z.meta({ description }),
    )
}

/** The id that an SSO message's `Meta` and JWT name a party by. */
export function partyId(description: string) {
  return z.uuid('Use a UUID, such as `uuidgen` prints.').check(z.meta({ description }))
}

/** An address. Which ones are allowed depends on the stack, so that is for `checkRegistry`. */
export function address(description: string) {
  return z
    .string()
    .check(
      z.regex(/^https?:\/\/[^\s\\@#]+$/, 'Use an absolute https URL.'),
      z.maxLength(1024),
      z.meta({ description, format: 'uri' }),
    )
}

/** An OAuth `client_id`: visible ASCII and spaces (RFC 6749 A.1). Some vendors’ are JWTs of several kB. */
export function oauthClientId(description: string, longest = 255) {
  return z
    .string()
    .check(
      z.regex(
        new RegExp(`^[\\x20-\\x7e]{1,${longest}}$`),
        `Use 1 to ${longest} characters of printable ASCII.`,
      ),
      z.meta({ description }),
    )
}

/** Where a secret is, never the secret. */
export function secretRef(description: string) {
  return z
    .string()
    .check(
      z.regex(
        /^[a-z0-9][a-z0-9/_-]{0,127}$/,
        'Use 1 to 128 lower-case letters, digits, "/", "-" or "_", beginning with a letter or digit.',
      ),
      z.meta({ description }),
    )
}

/** A scope as OAuth has it (RFC 6749 §3.3). */
export const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/

/** What a SMART scope may be is for `checkRegistry`, as other servers have scopes of their own. */
export const scope = z.string().check(z.regex(SCOPE_TOKEN, 'Use one scope, without spaces.'))

/** A host as `URL.host` has it. */
export const host = z
  .string()
  .check(
    z.regex(
      /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?$/,
      'Use a host in lower case, with its port where that is not the default: login.example.org.',
    ),
  )

/** An origin that may frame our pages; it stands in a policy, so its form is narrow. */
export const frameOrigin = z
  .string()
  .check(
    z.regex(
      /^https?:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{0,4})?$/,
      'Use an origin, without a path: https://ehr.example.org, or https://*.example.org for all below it.',
    ),
  )

/** A length of time, from a minute to thirty days. */
export function seconds(description: string) {
  return z.int().check(z.minimum(60), z.maximum(30 * 24 * 60 * 60), z.meta({ description }))
}

/** A public key; that it has no private half is for `checkRegistry`. */
export const publicJwk = z.looseObject({
  kty: z.enum(['RSA', 'EC'], 'Use a public RSA or EC key.'),
  kid: z.string().check(z.minLength(1)),
})
