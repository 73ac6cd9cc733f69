import * as z from 'zod/mini'
import {
  address,
  answerMeta,
  flag,
  identifiers,
  list,
  messageMeta,
  part,
  providerFields,
  said,
  text,
} from '#core/data-model/schema/shapes.ts'

const identifier = z.object({ ID: said, IDType: said })

const demographics = z.object({
  FirstName: said,
  MiddleName: said,
  LastName: said,
  DOB: said,
  SSN: said,
  Sex: z.nullish(z.enum(['Male', 'Female', 'Unknown', 'Other'])),
  Race: said,
  IsHispanic: z.nullish(z.boolean()),
  MaritalStatus: said,
  IsDeceased: z.nullish(z.boolean()),
  DeathDateTime: said,
  PhoneNumber: z.nullish(z.object({ Home: said, Office: said, Mobile: said })),
  EmailAddresses: z.nullish(z.array(z.string())),
  Language: said,
  Citizenship: z.nullish(z.array(z.string())),
  Address: z.nullish(
    z.object({
      StreetAddress: said,
      City: said,
      State: said,
      ZIP: said,
      County: said,
      Country: said,
    }),
  ),
})

/** `PatientSearch` / `Query`. */
export const patientSearchMessage = z.object({
  Meta: messageMeta,
  Patient: z.nullish(
    z.object({
      Identifiers: z.nullish(z.array(identifier)),
      Demographics: z.nullish(demographics),
      Notes: z.nullish(z.array(z.string())),
    }),
  ),
})

export type PatientSearchMessage = z.infer<typeof patientSearchMessage>

const names = { FirstName: text, MiddleName: text, LastName: text }
const phoneNumbers = part({ Home: text, Office: text, Mobile: text })

const patient = z.strictObject({
  Identifiers: identifiers,
  Demographics: part({
    ...names,
    DOB: text,
    SSN: text,
    Sex: text,
    Race: text,
    IsHispanic: flag,
    MaritalStatus: text,
    IsDeceased: flag,
    DeathDateTime: text,
    PhoneNumber: phoneNumbers,
    EmailAddresses: list(z.string()),
    Language: text,
    Citizenship: list(z.string()),
    Address: address,
  }),
  Contacts: list(
    z.strictObject({
      ...names,
      Address: address,
      PhoneNumber: phoneNumbers,
      RelationToPatient: text,
      EmailAddresses: list(z.string()),
    }),
  ),
  PCP: part({ NPI: text, ...providerFields }),
})

/** What `PatientSearch` / `Query` is answered. `Patient` is there with nothing in it where none is. */
export const patientSearchAnswer = z.strictObject({
  Meta: answerMeta,
  Patient: z.optional(patient),
  PotentialMatches: list(patient),
})
