import * as z from 'zod/mini'
import { address } from './registry-fields.ts'

const flag = (description: string) =>
  z.exactOptional(z.boolean().check(z.meta({ description: `${description} False by default.` })))

const certificate = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9+/]{200,12000}={0,2}$/,
      'Use the base64 of the certificate in one line, as metadata has it.',
    ),
    z.meta({ description: 'A certificate that the provider signs by: base64 of the DER.' }),
  )

const idp = z.strictObject({
  entityId: z
    .string()
    .check(
      z.regex(/^[\x21-\x7e]{1,1024}$/, 'Use the entityID of the provider’s metadata.'),
      z.meta({ description: '`entityID` of the provider’s metadata.' }),
    ),
  ssoUrl: address('Where the provider takes sign-on requests, by the HTTP-Redirect binding.'),
  sloUrl: z.exactOptional(
    address('Where it takes answers to its logout requests, by the same binding.'),
  ),
  certificates: z.array(certificate).check(
    z.minLength(1),
    z.maxLength(4),
    z.meta({
      description: 'Any of them may have signed: two, while the provider changes its key.',
    }),
  ),
  metadataValidUntil: z.exactOptional(
    z.iso
      .datetime('Use a time in UTC, such as 2027-06-30T00:00:00Z.')
      .check(z.meta({ description: 'When its metadata is to be imported anew.' })),
  ),
})

/** The part of a SAML sign-on that no other scheme has. */
export const SAML_FIELDS = {
  idp: idp.check(
    z.meta({ description: 'The identity provider. `sallyport saml import` writes it.' }),
  ),
  idpInitiated: flag('Whether the provider may send sign-ons that did not begin here.'),
  signed: z.exactOptional(
    z.enum(['assertion', 'response', 'both'], 'Use assertion, response or both.').check(
      z.meta({
        description:
          'What must be signed: the assertion, the response around it, or both. Left out, one of the two.',
      }),
    ),
  ),
  encrypted: flag('Whether an assertion that is not encrypted is refused.'),
  allowSha1: flag('Whether signatures with SHA-1 are taken, which is logged each time.'),
}
