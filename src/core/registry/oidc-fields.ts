import * as z from 'zod/mini'
import { address, host, identifier, scope } from './registry-fields.ts'
import { vendorId, vendorOverrides } from './vendor-fields.ts'

const idp = z.strictObject({
  issuer: address('The provider’s issuer: its documents stand below, and it calls itself so.'),
  registration: identifier('Id of the registration that is the app’s client at the provider.'),
  vendor: z.exactOptional(vendorId),
  vendorOverrides: z.exactOptional(vendorOverrides),
  scopes: z
    ._default(z.array(scope), ['openid', 'profile', 'email'])
    .check(z.meta({ description: 'Scopes to ask for; openid, profile and email by default.' })),
  endpointHosts: z.exactOptional(
    z.array(host).check(
      z.meta({
        description:
          'Hosts of the provider’s endpoints. Found by `sallyport registry apply` when left out.',
      }),
    ),
  ),
})

/** The part of an OpenID Connect sign-on that no other scheme has. */
export const OIDC_FIELDS = {
  idp: idp.check(
    z.meta({ description: 'The OpenID provider that signs people on, and is not the EHR’s own.' }),
  ),
}
