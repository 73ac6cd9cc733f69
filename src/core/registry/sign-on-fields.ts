import * as z from 'zod/mini'
import { OIDC_FIELDS } from './oidc-fields.ts'
import { address, publicJwk, secretRef } from './registry-fields.ts'
import { SAML_FIELDS } from './saml-fields.ts'

/** The name under which a sign-on says something: a parameter, a claim, an attribute or its OID. */
const from = (description: string) =>
  z
    .string()
    .check(
      z.regex(/^[\x21-\x7e]{1,256}$/, 'Use the name as the sender writes it, without spaces.'),
      z.meta({ description }),
    )
const maybe = (description: string) => z.exactOptional(from(description))

/** What a sign-on says of the person, the patient and what is open, by the sender's own names. */
export const signOnMapping = z
  .strictObject({
    user: z.strictObject({
      subject: from('Who signed on: an id that is never given to another person.'),
      userId: maybe('The id that they sign in to the EHR by.'),
      name: maybe('The name in one line.'),
      firstName: maybe('The given name.'),
      middleName: maybe('The middle name.'),
      lastName: maybe('The family name.'),
      email: maybe('The e-mail address.'),
      npi: maybe('The National Provider Identifier.'),
      specialty: maybe('The specialty.'),
      phone: maybe('The telephone number.'),
      timeZone: maybe('The time zone, such as America/Chicago.'),
      locale: maybe('The language, such as en-US.'),
      fhirUser: maybe('The reference to the person’s own FHIR resource.'),
    }),
    patient: z.exactOptional(
      z.strictObject({
        fhirId: maybe('The id of the Patient at the FHIR base.'),
        identifiers: z.exactOptional(
          z.array(
            z.strictObject({
              from: from('Where the identifier is.'),
              idType: z
                .string()
                .check(
                  z.minLength(1),
                  z.maxLength(64),
                  z.meta({ description: 'What the app gets it as: MR, for example.' }),
                ),
            }),
          ),
        ),
        firstName: maybe('The given name.'),
        middleName: maybe('The middle name.'),
        lastName: maybe('The family name.'),
        birthDate: maybe('The date of birth, YYYY-MM-DD.'),
        sex: maybe('The sex.'),
      }),
    ),
    encounter: maybe('The id of the Encounter at the FHIR base.'),
    visit: z.exactOptional(
      z.strictObject({
        number: maybe('The visit number.'),
        facility: maybe('The facility.'),
        department: maybe('The department.'),
        room: maybe('The room.'),
      }),
    ),
    order: maybe('The order that is open.'),
  })
  .check(
    z.meta({
      description:
        'Which parameter, claim or attribute is what. What is not mapped is neither kept nor passed on.',
    }),
  )

const linkSecret = secretRef(
  'Name of the secret that the EHR signs its links with: sallyport secret set link <name>.',
)

const jwtLink = z.strictObject({
  format: z.literal('jwt'),
  parameter: z._default(from('The parameter that has the JWT; token by default.'), 'token'),
  issuer: z.string().check(z.minLength(1), z.meta({ description: '`iss` of its JWTs.' })),
  audience: z
    .string()
    .check(z.minLength(1), z.meta({ description: '`aud`: what the EHR calls this deployment.' })),
  secretRef: z.exactOptional(linkSecret),
  jwks: z.exactOptional(
    z
      .strictObject({ keys: z.array(publicJwk).check(z.minLength(1)) })
      .check(z.meta({ description: 'Public keys of the EHR. This, jwksUri or secretRef.' })),
  ),
  jwksUri: z.exactOptional(address('Where the EHR publishes its public keys.')),
})

const hmacLink = z.strictObject({
  format: z.literal('hmac'),
  signatureParameter: z._default(
    from('The last parameter, which has the signature of all before it; sig by default.'),
    'sig',
  ),
  signatureEncoding: z._default(z.enum(['hex', 'base64', 'base64url']), 'hex'),
  hash: z._default(z.enum(['sha256', 'sha384', 'sha512']), 'sha256'),
  timestampParameter: z._default(
    from('The parameter that says when the link was made; ts by default.'),
    'ts',
  ),
  timestampFormat: z._default(
    z.enum(['epoch-seconds', 'epoch-milliseconds', 'iso8601']),
    'epoch-seconds',
  ),
  secretRef: linkSecret,
})

const signedLink = z.strictObject({
  scheme: z.literal('signed-link'),
  link: z.discriminatedUnion('format', [jwtLink, hmacLink]).check(
    z.meta({
      description:
        'How the EHR signs: a jwt in one parameter, or an hmac over the query before the signature.',
    }),
  ),
  windowSeconds: z._default(
    z
      .int()
      .check(
        z.minimum(30),
        z.maximum(900),
        z.meta({ description: 'How long a link is good, in seconds; 300 by default.' }),
      ),
    300,
  ),
  mapping: signOnMapping,
})

const saml = z.strictObject({
  scheme: z.literal('saml'),
  ...SAML_FIELDS,
  mapping: z.exactOptional(signOnMapping),
})

const oidc = z.strictObject({
  scheme: z.literal('oidc'),
  ...OIDC_FIELDS,
  mapping: z.exactOptional(signOnMapping),
})

/** A union by `scheme`; a scheme that is not OAuth's has a {@link signOnMapping}. */
export const signOn = z
  .discriminatedUnion('scheme', [
    z.strictObject({ scheme: z.literal('smart-ehr') }),
    z.strictObject({ scheme: z.literal('smart-standalone') }),
    z.strictObject({ scheme: z.literal('smart-patient') }),
    oidc,
    saml,
    signedLink,
  ])
  .check(
    z.meta({
      description:
        'How people sign on: smart-ehr (the EHR launches the app), smart-standalone (the launch begins outside the EHR), smart-patient (the same, for patients and those who care for them), oidc (at an OpenID provider), saml (at an identity provider) or signed-link (the EHR opens a link that it signed). smart-ehr by default.',
    }),
  )

export const fhirAuthority = z.enum(['user', 'system', 'none'], 'Use user, system or none.').check(
  z.meta({
    description:
      'Whose access FHIR requests use: the user’s own grant; the app’s own, by SMART Backend Services; or none, for signing on only. user by default.',
  }),
)
