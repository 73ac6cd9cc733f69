import * as z from 'zod/mini'
import {
  address,
  answerMeta,
  code,
  codeFieldsWithAlternatives,
  codeWithAlternatives,
  flag,
  insurances,
  list,
  part,
  providerFields,
  quantity,
  text,
} from '#core/data-model/schema/shapes.ts'

const header = part({
  Document: part({ ID: text, Title: text, DateTime: text, Type: text, TypeCode: code }),
  Patient: part({
    Identifiers: list(z.strictObject({ ID: text, IDType: text })),
    Demographics: part({
      FirstName: text,
      MiddleName: text,
      LastName: text,
      DOB: text,
      SSN: text,
      Sex: text,
      Address: address,
      PhoneNumber: part({ Home: text, Mobile: text }),
      EmailAddresses: list(z.strictObject({ Address: text })),
      Language: text,
      Race: text,
      Ethnicity: text,
      Religion: text,
      MaritalStatus: text,
    }),
  }),
  PCP: part(providerFields),
})

const allergies = list(
  z.strictObject({
    Type: code,
    Substance: codeWithAlternatives,
    Reaction: list(z.strictObject({ ...codeFieldsWithAlternatives, Severity: code, Text: text })),
    Criticality: code,
    Status: code,
    StartDate: text,
    EndDate: text,
    Comment: text,
  }),
)

const problems = list(
  z.strictObject({
    ...codeFieldsWithAlternatives,
    StartDate: text,
    EndDate: text,
    Category: codeWithAlternatives,
    Status: code,
    Comment: text,
  }),
)

const immunizations = list(
  z.strictObject({
    DateTime: text,
    Route: codeWithAlternatives,
    Product: part({ ...codeFieldsWithAlternatives, Manufacturer: text, LotNumber: text }),
    Dose: quantity,
  }),
)

const medication = {
  Dose: quantity,
  Rate: quantity,
  Route: codeWithAlternatives,
  StartDate: text,
  EndDate: text,
  Frequency: part({ Period: text, Unit: text }),
  Product: codeWithAlternatives,
}

const medications = list(
  z.strictObject({ ...medication, Prescription: flag, FreeTextSig: text, IsPRN: flag }),
)

const service = { ...codeFieldsWithAlternatives, DateTime: text, Status: text }

const procedure = list(z.strictObject({ ...service, TargetSite: codeWithAlternatives }))

const procedures = part({
  Observations: procedure,
  Procedures: procedure,
  Services: list(z.strictObject(service)),
})

/** What `Clinical Summary` / `PatientQuery` is answered. */
export const patientQueryAnswer = z.strictObject({
  Meta: answerMeta,
  Header: header,
  Allergies: allergies,
  Immunizations: immunizations,
  Insurances: insurances,
  Medications: medications,
  Problems: problems,
  Procedures: procedures,
})
