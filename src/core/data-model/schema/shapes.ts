import * as z from 'zod/mini'

/** A text in a message that is sent to us: absent and null are one. */
export const said = z.nullish(z.string())

/** A text in an answer of ours: present with a value, or absent. */
export const text = z.optional(z.string())
export const amount = z.optional(z.number())
export const flag = z.optional(z.boolean())

/** A list in an answer of ours: absent when it would be empty. */
export function list<Item extends z.core.SomeType>(item: Item) {
  return z.optional(z.array(item).check(z.minLength(1)))
}

/** An object in an answer of ours: with these fields, and no other. */
export function part<Fields extends z.core.$ZodLooseShape>(fields: Fields) {
  return z.optional(z.strictObject(fields))
}

export const codeFields = { Code: text, CodeSystem: text, CodeSystemName: text, Name: text }

export const code = part(codeFields)

/** The fields of a code with alternatives, for where they stand in the item itself. */
export const codeFieldsWithAlternatives = {
  ...codeFields,
  AltCodes: list(z.strictObject(codeFields)),
}

export const codeWithAlternatives = part(codeFieldsWithAlternatives)

/** A code as most models write it. */
export const codesetFields = { Code: text, Codeset: text, Description: text }
export const codesetDescription = part(codesetFields)
export const codesetName = part({ Code: text, Codeset: text, Name: text })

export const quantity = part({ Quantity: text, Units: text })

const shortAddress = { StreetAddress: text, City: text, State: text, ZIP: text, Country: text }

/** An address where the schema has no county. */
export const addressWithoutCounty = part(shortAddress)
export const address = part({ ...shortAddress, County: text })

export const identifiers = list(z.strictObject({ ID: text, IDType: text }))

export const providerFields = {
  ID: text,
  IDType: text,
  FirstName: text,
  LastName: text,
  Credentials: list(z.string()),
  Address: address,
  EmailAddresses: list(z.string()),
  PhoneNumber: part({ Office: text }),
}

export const place = part({ Facility: text, Department: text })

export const insurances = list(
  z.strictObject({
    Plan: part({ ID: text, Name: text, Type: text }),
    MemberNumber: text,
    Company: part({ ID: text, IDType: text, Name: text, Address: address, PhoneNumber: text }),
    GroupNumber: text,
    GroupName: text,
    EffectiveDate: text,
    ExpirationDate: text,
    PolicyNumber: text,
    Priority: text,
    Insured: part({ Relationship: text }),
  }),
)

const party = part({ ID: text, Name: text })

/** `Meta` of an answer. `Logs`, `Errors` and `IsIncomplete` are the envelope's, in any model. */
export const answerMeta = z.strictObject({
  DataModel: z.string(),
  EventType: z.string(),
  EventDateTime: text,
  Test: flag,
  Source: party,
  Destinations: list(z.strictObject({ ID: text, Name: text })),
  Logs: list(z.strictObject({ ID: z.string(), AttemptID: z.string() })),
  IsIncomplete: flag,
  Errors: list(
    z.strictObject({ ID: z.number(), Text: z.string(), Type: z.string(), Module: z.string() }),
  ),
})

const saidParty = z.nullish(z.object({ ID: said, Name: said }))

/** `Meta` of a message that is sent to us. */
export const messageMeta = z.object({
  DataModel: z.string(),
  EventType: z.string(),
  EventDateTime: said,
  Test: z.nullish(z.boolean()),
  Source: saidParty,
  Destinations: z.nullish(z.array(z.object({ ID: said, Name: said }))),
  Message: z.nullish(z.object({ ID: z.nullish(z.number()) })),
  Transmission: z.nullish(z.object({ ID: z.nullish(z.number()) })),
  FacilityCode: said,
  SessionID: said,
})

/** A place in a message. */
export const saidPlace = z.object({ Type: said, Facility: said, Department: said, Room: said })

/** A provider in a message. */
export const saidProvider = z.object({ ID: said, IDType: said, FirstName: said, LastName: said })

/** Whom a message is about, where it has to say so. */
export const patientByIdentifiers = z.object({
  Identifiers: z
    .array(
      z.object({ ID: z.string().check(z.minLength(1)), IDType: z.string().check(z.minLength(1)) }),
    )
    .check(z.minLength(1)),
})
