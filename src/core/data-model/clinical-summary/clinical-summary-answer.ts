import * as z from 'zod/mini'
import {
  address,
  addressWithoutCounty,
  amount,
  answerMeta,
  code,
  codeFields,
  codeFieldsWithAlternatives,
  codeWithAlternatives,
  flag,
  identifiers,
  insurances,
  list,
  part,
  providerFields,
  quantity,
  text,
} from '#core/data-model/schema/shapes.ts'

const document = { ID: text, Title: text, DateTime: text, Type: text, TypeCode: code }

const visit = part({
  VisitNumber: text,
  StartDateTime: text,
  EndDateTime: text,
  Reason: text,
  Location: part({ Facility: text, Department: text }),
})

const headerWith = <Fields extends z.core.$ZodLooseShape>(documentFields: Fields) =>
  part({
    Document: part(documentFields),
    Patient: part({
      Identifiers: identifiers,
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

const advanceDirectives = list(
  z.strictObject({
    Type: codeWithAlternatives,
    ...codeFieldsWithAlternatives,
    StartDate: text,
    EndDate: text,
    ExternalReference: text,
    VerifiedBy: list(z.strictObject({ DateTime: text })),
  }),
)

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

const administered = {
  Dose: quantity,
  Rate: quantity,
  Route: codeWithAlternatives,
  StartDate: text,
  EndDate: text,
  Product: codeWithAlternatives,
}

const medication = { ...administered, Frequency: part({ Period: text, Unit: text }) }

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

const codes = list(z.strictObject(codeFieldsWithAlternatives))

const encounters = list(
  z.strictObject({
    Identifiers: identifiers,
    Type: codeWithAlternatives,
    DateTime: text,
    EndDateTime: text,
    Providers: list(z.strictObject({ ...providerFields, Role: codeWithAlternatives })),
    Locations: list(
      z.strictObject({ Address: addressWithoutCounty, Type: codeWithAlternatives, Name: text }),
    ),
    Diagnosis: codes,
    ReasonForVisit: codes,
  }),
)

const familyHistory = list(
  z.strictObject({
    Relation: part({
      ...codeFields,
      Demographics: part({ Sex: text, DOB: text }),
      IsDeceased: flag,
    }),
    Problems: list(
      z.strictObject({
        ...codeFieldsWithAlternatives,
        DateTime: text,
        AgeAtOnset: text,
        IsCauseOfDeath: flag,
      }),
    ),
  }),
)

const medicalEquipment = list(z.strictObject({ Status: text, Product: codeWithAlternatives }))

const planned = list(z.strictObject(service))

const planOfCare = part({
  Orders: planned,
  Procedures: planned,
  Encounters: list(z.strictObject({ ...service, Identifiers: identifiers })),
  MedicationAdministration: list(z.strictObject({ ...medication, Status: text })),
  Supplies: planned,
  Services: planned,
})

const measurement = {
  ...codeFieldsWithAlternatives,
  Status: text,
  Interpretation: text,
  DateTime: text,
  Value: text,
  Units: text,
}

const results = list(
  z.strictObject({
    ...codeFieldsWithAlternatives,
    Status: text,
    Producer: part({ ID: text, IDType: text, Name: text, Address: address }),
    Observations: list(
      z.strictObject({
        ...measurement,
        CodedValue: codeWithAlternatives,
        ValueType: text,
        ReferenceRange: part({ Low: amount, High: amount, Text: text }),
      }),
    ),
  }),
)

const period = { StartDate: text, EndDate: text }

const socialHistory = part({
  Observations: list(
    z.strictObject({
      ...codeFieldsWithAlternatives,
      Value: codeWithAlternatives,
      ValueText: text,
      ...period,
    }),
  ),
  Pregnancy: list(z.strictObject({ ...period, EstimatedDelivery: text })),
  TobaccoUse: list(
    z.strictObject({ ...codeFieldsWithAlternatives, IsSmokingStatus: flag, ...period }),
  ),
})

const vitalSigns = list(
  z.strictObject({ DateTime: text, Observations: list(z.strictObject(measurement)) }),
)

const sections = {
  AdvanceDirectives: advanceDirectives,
  Allergies: allergies,
  Encounters: encounters,
  FamilyHistory: familyHistory,
  Immunizations: immunizations,
  Insurances: insurances,
  MedicalEquipment: medicalEquipment,
  Medications: medications,
  PlanOfCare: planOfCare,
  Problems: problems,
  Procedures: procedures,
  Results: results,
  SocialHistory: socialHistory,
  VitalSigns: vitalSigns,
}

/** What `Clinical Summary` / `PatientQuery` is answered. */
export const patientQueryAnswer = z.strictObject({
  Meta: answerMeta,
  Header: headerWith(document),
  ...sections,
})

/** What `Clinical Summary` / `VisitQuery` is answered. */
export const visitQueryAnswer = z.strictObject({
  Meta: answerMeta,
  Header: headerWith({ ...document, Visit: visit }),
  ...sections,
  Assessment: part({
    Diagnoses: list(
      z.strictObject({ Value: text, DateTime: text, Codes: list(z.strictObject(codeFields)) }),
    ),
  }),
  MedicationsAdministered: list(z.strictObject({ ...administered, ReasonNotGiven: text })),
  ReasonForVisitText: text,
})
