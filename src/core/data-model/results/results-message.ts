import * as z from 'zod/mini'
import {
  itemFields,
  patients,
  saidProcedures,
  texts,
} from '#core/data-model/schema/query-shapes.ts'
import {
  address,
  amount,
  answerMeta,
  codesetDescription,
  codesetFields,
  list,
  messageMeta,
  part,
  providerFields,
  said,
  text,
} from '#core/data-model/schema/shapes.ts'

/** `Results` / `Query`. */
export const resultsMessage = z.object({
  Meta: messageMeta,
  Patients: patients,
  Completion: z.nullish(z.object({ StartDateTime: said, EndDateTime: said })),
  ResultStatuses: texts,
  OrderIDs: texts,
  Procedures: saidProcedures,
})

export type ResultsMessage = z.infer<typeof resultsMessage>

const npiProvider = part({ NPI: text, ...providerFields })

const result = z.strictObject({
  ...codesetFields,
  Specimen: part({ Source: text, BodySite: text, ID: text }),
  Value: text,
  ValueType: text,
  CompletionDateTime: text,
  FileType: text,
  Units: text,
  Notes: list(z.string()),
  AbnormalFlag: text,
  Status: text,
  PrimaryResultsInterpreter: npiProvider,
  Producer: part({ ID: text, Name: text, IDType: text, Address: address }),
  Performer: part(providerFields),
  ReferenceRange: part({ Low: amount, High: amount, Text: text }),
  ObservationMethod: codesetDescription,
})

const order = z.strictObject({
  ...itemFields,
  ID: text,
  ApplicationOrderID: text,
  TransactionDateTime: text,
  CollectionDateTime: text,
  CompletionDateTime: text,
  Notes: list(z.string()),
  ResultsStatus: text,
  Procedure: codesetDescription,
  Provider: npiProvider,
  Status: text,
  Priority: text,
  Results: list(result),
})

/** What it is answered. */
export const resultsAnswer = z.strictObject({ Meta: answerMeta, Orders: list(order) })
