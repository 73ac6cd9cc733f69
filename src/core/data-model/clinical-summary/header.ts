import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import { isObject, type Json, listOf } from '#core/data-model/mapping/json.ts'
import {
  DEMOGRAPHICS,
  EMAILS,
  ETHNICITY,
  PHONES,
  PROVIDER,
  phone,
} from '#core/data-model/mapping/people.ts'
import { text, wording } from '#core/data-model/mapping/rules.ts'
import { applyTable, as, type Table } from '#core/data-model/mapping/table.ts'
import type { FilledPart } from '#core/data-model/model.ts'
import { loinc } from '#core/data-model/terminology/codes.ts'
import type { EpochSeconds } from '#core/time.ts'
import type { ResolveIn } from './section.ts'
import { VISIT } from './visit.ts'

/** Here an email address is an object, unlike in PatientSearch. */
const EMAIL: Table = {
  source: 'redox-sample',
  rows: [{ to: 'Address', from: 'value', as: text }],
}

const PERSON: Table = {
  source: 'r4/patient',
  rows: [
    ...DEMOGRAPHICS.rows,
    { to: 'PhoneNumber.Home', from: PHONES, as: phone(['home'], { orUnused: true }) },
    { to: 'PhoneNumber.Mobile', from: PHONES, as: phone(['mobile']) },
    {
      to: 'EmailAddresses[]',
      from: EMAILS.replace(/\.value$/, ''),
      as: as(EMAIL),
      source: 'redox-sample',
    },
    { to: 'Ethnicity', from: ETHNICITY, as: wording, source: 'us-core' },
    {
      to: 'Religion',
      from: "extension('http://hl7.org/fhir/StructureDefinition/patient-religion').valueCodeableConcept",
      as: wording,
      source: 'r4/extension-patient-religion',
    },
  ],
}

const PATIENT: Table = {
  source: 'r4/patient',
  rows: [...IDENTIFIERS.rows, { to: 'Demographics', from: '$this', as: as(PERSON) }],
}

export const HEADER_PARTS: readonly FilledPart[] = [
  { to: 'Header.Patient', type: 'Patient', table: PATIENT },
  { to: 'Header.PCP', type: 'Practitioner', table: PROVIDER },
]

export const HEADER_CANNOT: Readonly<Record<string, string>> = {
  'Header.Document.Author':
    'The message is put together here, from what the EHR has; nobody there has written it.',
  'Header.Document.Locale': 'Its texts are in whatever language the EHR has each in.',
  'Header.Patient.Identifiers[].Type': 'It is IDType once more.',
  'Header.PCP.Type': 'FHIR has no type of a practitioner.',
  'Header.PCP.Location': 'A practitioner in FHIR has no place; roles do, several each.',
}

/** What is known of the document itself. */
interface DocumentFacts {
  readonly id: string
  readonly now: EpochSeconds
  /** Of a summary of visits, the first of them. */
  readonly visit: Json | undefined
}

/** LOINC's name of what the message is. */
const TYPE = loinc('34133-9', 'Summarization of episode note')

/**
 * The header: the document, put together now, the patient, and who cares for that one.
 *
 * @param patient `undefined` where it could not be read
 */
export function header(
  { id, now, visit }: DocumentFacts,
  patient: Json | undefined,
  resolveIn: ResolveIn,
): Json {
  const resolve = resolveIn(patient ?? {})
  const practitioner = listOf(patient?.['generalPractitioner'])
    .map((one) => (isObject(one) ? resolve(one['reference']) : undefined))
    .find((one) => one?.['resourceType'] === 'Practitioner')
  const told = patient && applyTable(PATIENT, patient, resolve)
  const pcp = practitioner && applyTable(PROVIDER, practitioner, resolve)
  return {
    Document: {
      ID: id,
      Title: 'Clinical Summary',
      DateTime: new Date(now * 1000).toISOString(),
      Type: TYPE.Name,
      TypeCode: TYPE,
      ...(visit && { Visit: applyTable(VISIT, visit, resolveIn(visit)) }),
    },
    ...(told && { Patient: told }),
    ...(pcp && { PCP: pcp }),
  }
}
