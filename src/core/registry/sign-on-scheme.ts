import type * as z from 'zod/mini'
import type { signOn, signOnMapping } from './sign-on-fields.ts'

/** How people sign on at a connection, and what the scheme has to be told. */
export type SignOnScheme = z.output<typeof signOn>

/** An EHR's link with context, as the registry describes it. */
export type SignedLinkScheme = Extract<SignOnScheme, { scheme: 'signed-link' }>

/** An identity provider's SAML sign-on, as the registry describes it. */
export type SamlScheme = Extract<SignOnScheme, { scheme: 'saml' }>

/** An OpenID provider's sign-on, as the registry describes it. */
export type OidcScheme = Extract<SignOnScheme, { scheme: 'oidc' }>

/** Where a sign-on that is not OAuth's says who it is of, and what is open. */
export type SignOnMapping = z.output<typeof signOnMapping>
