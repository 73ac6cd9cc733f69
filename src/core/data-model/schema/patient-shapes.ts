import * as z from 'zod/mini'
import { address, flag, identifiers, list, part, providerFields, said, text } from './shapes.ts'

const saidIdentifier = z.object({ ID: said, IDType: said })

const saidDemographics = z.object({
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

/** A person whom a message looks for. */
export const saidPerson = z.object({
  Identifiers: z.nullish(z.array(saidIdentifier)),
  Demographics: z.nullish(saidDemographics),
  Notes: z.nullish(z.array(z.string())),
})

const names = { FirstName: text, MiddleName: text, LastName: text }
const phoneNumbers = part({ Home: text, Office: text, Mobile: text })

/** Demographics as every model but Clinical Summary has them. */
export const demographics = part({
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
})

/** A patient, with whom to reach and who cares for that one. */
export const patientFields = {
  Identifiers: identifiers,
  Demographics: demographics,
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
}
