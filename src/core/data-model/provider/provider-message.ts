import * as z from 'zod/mini'
import {
  address,
  answerMeta,
  codesetFields,
  flag,
  identifiers,
  list,
  messageMeta,
  part,
  said,
  text,
} from '#core/data-model/schema/shapes.ts'

/** `Provider` / `ProviderQuery`. */
export const providerMessage = z.object({
  Meta: messageMeta,
  Provider: z.object({
    Identifiers: z.nullish(z.array(z.object({ ID: said, IDType: said }))),
    Demographics: z.nullish(
      z.object({
        FirstName: said,
        LastName: said,
        MiddleName: said,
        Address: z.nullish(z.object({ City: said, State: said, ZIP: said })),
      }),
    ),
  }),
})

export type ProviderMessage = z.infer<typeof providerMessage>

const role = z.strictObject({
  Identifiers: identifiers,
  Organization: part({
    Identifiers: identifiers,
    IsActive: text,
    Type: text,
    Name: text,
    Address: address,
  }),
  Specialties: list(z.strictObject(codesetFields)),
  Locations: list(
    z.strictObject({
      Identifiers: identifiers,
      Status: text,
      Name: text,
      Description: text,
      Address: address,
      EmailAddresses: list(z.string()),
      PhoneNumber: part({ Office: text }),
    }),
  ),
  Availability: list(
    z.strictObject({
      Days: list(z.string()),
      AvailableStartTime: text,
      AvailableEndTime: text,
    }),
  ),
})

const provider = z.strictObject({
  Identifiers: identifiers,
  IsActive: flag,
  Demographics: part({
    FirstName: text,
    LastName: text,
    MiddleName: text,
    Credentials: list(z.string()),
    Addresses: list(
      z.strictObject({
        Use: text,
        StreetAddress: text,
        City: text,
        State: text,
        ZIP: text,
        County: text,
        Country: text,
      }),
    ),
    EmailAddresses: list(z.string()),
    PhoneNumber: part({ Home: text, Office: text, Mobile: text }),
    Sex: text,
    DOB: text,
    Languages: list(z.string()),
  }),
  Qualifications: list(
    z.strictObject({ Identifiers: identifiers, ...codesetFields, StartDate: text, EndDate: text }),
  ),
  Roles: list(role),
})

/** What it is answered; nobody found is an empty list. */
export const providerAnswer = z.strictObject({ Meta: answerMeta, Providers: z.array(provider) })
