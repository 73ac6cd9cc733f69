import { isObject, type Json, listOf, textOf } from './json.ts'
import { boolean, isThere, mapped, text, wording } from './rules.ts'
import { as, type Rule, type Table } from './table.ts'
import { date, dateTime } from './times.ts'

const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition'

/** FHIR's administrative gender in the data model's words. */
export const SEX: Rule = mapped(
  { male: 'Male', female: 'Female', other: 'Other', unknown: 'Unknown' },
  { only: true },
)

const joined = (separator: string): Rule => ({
  ...text,
  choose: (values) => values.flatMap((value) => textOf(value) ?? []).join(separator),
})

/** All but the first. */
const further: Rule = {
  ...text,
  choose: (values) =>
    values
      .slice(1)
      .flatMap((value) => textOf(value) ?? [])
      .join(' '),
}

/** By a sign that a value has, in the order of preference; else the first that is not out of use. */
function preferring(...uses: readonly string[]) {
  return (values: readonly unknown[]) => {
    const current = values.filter(isObject).filter(({ use }) => use !== 'old')
    const found = uses.map((use) => current.find((one) => one['use'] === use))
    return found.find(Boolean) ?? current[0]
  }
}

const NAME: Table = {
  source: 'r4/datatypes',
  rows: [
    { to: 'FirstName', from: 'given', as: text },
    { to: 'MiddleName', from: 'given', as: further },
    { to: 'LastName', from: 'family', as: text },
  ],
}

const SHORT_NAME: Table = { ...NAME, rows: NAME.rows.filter(({ to }) => to !== 'MiddleName') }

/** The name a person goes by: the official one, else the usual one, else the first. */
export const fullName: Rule = { ...as(NAME), choose: preferring('official', 'usual') }

/** The same where the data model has no middle name. */
const shortName: Rule = { ...as(SHORT_NAME), choose: preferring('official', 'usual') }

export const ADDRESS: Table = {
  source: 'r4/datatypes',
  rows: [
    { to: 'StreetAddress', from: 'line', as: joined(' ') },
    { to: 'City', from: 'city', as: text },
    { to: 'State', from: 'state', as: text },
    { to: 'ZIP', from: 'postalCode', as: text },
    { to: 'County', from: 'district', as: text },
    { to: 'Country', from: 'country', as: text },
  ],
}

export const address: Rule = { ...as(ADDRESS), choose: preferring('home', 'work') }

/** The same where the data model has no county. */
export const addressWithoutCounty: Rule = {
  ...as({ ...ADDRESS, rows: ADDRESS.rows.filter(({ to }) => to !== 'County') }),
  choose: preferring('home', 'work'),
}

/**
 * A phone number by its use, one without any use where `orUnused`. In E.164 where the EHR says the
 * country; as it is where not, since nobody knows which it is.
 */
export function phone(uses: readonly string[], { orUnused = false } = {}): Rule {
  return {
    name: `phone number (${uses.join(', ')})`,
    choose(values) {
      const phones = values.filter(isObject)
      const found = uses.map((one) => phones.find(({ use }) => use === one))
      const unused = orUnused ? phones.find(({ use }) => use === undefined) : undefined
      return (found.find(Boolean) ?? unused)?.['value']
    },
    convert(value) {
      const said = textOf(value)
      const international = said?.replace(/[\s().-]/g, '')
      return international && /^\+[1-9]\d{6,14}$/.test(international) ? international : said
    },
  }
}

export const PHONES = "telecom.where(system='phone')"
export const EMAILS = "telecom.where(system='email').value"

/** The type is the identifier's own code (`MR`), else its text, else the system it is from. */
const IDENTIFIER: Table = {
  source: 'v2-0203',
  rows: [
    { to: 'ID', from: 'value', as: text },
    { to: 'IDType', from: ['type.coding.code', 'type.text', 'system'], as: text },
  ],
}

/** An identifier that says what it is; one that does not would name nobody. */
export const identifier: Rule = {
  ...as(IDENTIFIER),
  name: 'identifier',
  convert(value, resolve) {
    const made = as(IDENTIFIER).convert(value, resolve)
    return isObject(made) && 'ID' in made && 'IDType' in made ? made : undefined
  },
}

/** The id of the resource, as the session and every FHIR request have it. */
export const fhirIdentifier: Rule = {
  ...identifier,
  name: 'identifier of type FHIR',
  convert: (value) => (textOf(value) ? { ID: value, IDType: 'FHIR' } : undefined),
}

const isHispanic: Rule = {
  name: '2135-2 or not',
  convert: (value) => (value === '2135-2' ? true : value === '2186-5' ? false : undefined),
}

/** ISO 639-1, without the region. */
const language: Rule = {
  name: 'ISO 639-1',
  convert: (value) => /^[a-z]{2}(?=$|-)/i.exec(textOf(value) ?? '')?.[0].toLowerCase(),
}

/** The language that is preferred, else the only one. */
const preferredLanguage: Rule = {
  ...language,
  choose(values) {
    const all = values.filter(isObject)
    const one = all.find(({ preferred }) => preferred === true) ?? (all.length === 1 && all[0])
    return one ? codeIn(one['language']) : undefined
  },
}

function codeIn(concept: unknown): unknown {
  const codings = isObject(concept) ? listOf(concept['coding']).filter(isObject) : []
  return codings.map(({ code }) => code).find((code) => typeof code === 'string')
}

/** Demographics that PatientSearch and Clinical Summary share. */
export const DEMOGRAPHICS: Table = {
  source: 'r4/patient',
  rows: [
    { to: '', from: 'name', as: fullName },
    { to: 'DOB', from: 'birthDate', as: date },
    {
      to: 'SSN',
      from: "identifier.where(system='http://hl7.org/fhir/sid/us-ssn').value",
      as: text,
    },
    { to: 'Sex', from: 'gender', as: SEX },
    {
      to: 'Race',
      from: [
        `extension('${US_CORE}/us-core-race').extension('text').valueString`,
        `extension('${US_CORE}/us-core-race').extension('ombCategory').valueCoding`,
      ],
      as: wording,
      source: 'us-core',
    },
    { to: 'MaritalStatus', from: 'maritalStatus', as: wording },
    { to: 'Language', from: 'communication', as: preferredLanguage },
    { to: 'Address', from: 'address', as: address },
  ],
}

/** What only PatientSearch has of a person. */
export const MORE_DEMOGRAPHICS: Table = {
  source: 'r4/patient',
  rows: [
    {
      to: 'IsHispanic',
      from: `extension('${US_CORE}/us-core-ethnicity').extension('ombCategory').valueCoding.code`,
      as: isHispanic,
      source: 'us-core',
    },
    { to: 'IsDeceased', from: 'deceasedBoolean', as: boolean },
    { to: 'IsDeceased', from: 'deceasedDateTime', as: isThere },
    { to: 'DeathDateTime', from: 'deceasedDateTime', as: dateTime },
    {
      to: 'Citizenship[]',
      from: "extension('http://hl7.org/fhir/StructureDefinition/patient-citizenship').extension('code').valueCodeableConcept.coding.code",
      as: text,
      source: 'r4/extension-patient-citizenship',
    },
  ],
}

export const ETHNICITY = [
  `extension('${US_CORE}/us-core-ethnicity').extension('text').valueString`,
  `extension('${US_CORE}/us-core-ethnicity').extension('ombCategory').valueCoding`,
] as const

/** An identifier of a practitioner; of the NPI the type is that. */
export const npiIdentifier: Rule = {
  ...identifier,
  name: 'identifier, or NPI',
  convert(value, resolve) {
    const made = isNpi(value) ? { ID: textOf((value as Json)['value']), IDType: 'NPI' } : undefined
    return made?.ID === undefined ? identifier.convert(value, resolve) : made
  },
}

/** A practitioner, by the fields that every provider of the data model has. */
export const PROVIDER: Table = {
  source: 'r4/practitioner',
  rows: [
    { to: '', from: 'identifier', as: preferredIdentifier() },
    { to: '', from: 'name', as: shortName },
    { to: 'Credentials[]', from: ['qualification.code'], as: wording },
    { to: 'Address', from: 'address', as: address },
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
    { to: 'PhoneNumber.Office', from: PHONES, as: phone(['work'], { orUnused: true }) },
  ],
}

/** The NPI where there is one, since it names a provider everywhere. */
function preferredIdentifier(): Rule {
  return {
    ...npiIdentifier,
    name: 'the NPI, or the first identifier',
    choose: (values) => values.find(isNpi) ?? values[0],
  }
}

function isNpi(value: unknown): boolean {
  return isObject(value) && value['system'] === 'http://hl7.org/fhir/sid/us-npi'
}

/** A provider, where the data model has the NPI by itself too. */
const NPI_PROVIDER: Table = {
  source: 'r4/practitioner',
  rows: [
    {
      to: 'NPI',
      from: "identifier.where(system='http://hl7.org/fhir/sid/us-npi').value",
      as: text,
    },
    ...PROVIDER.rows,
  ],
}

const PRODUCER: Table = {
  source: 'r4/organization',
  rows: [
    { to: '', from: 'identifier', as: identifier },
    { to: 'Name', from: 'name', as: text },
    { to: 'Address', from: 'address', as: address },
  ],
}

/** The first of these resources that is of a type: an element may refer to several types. */
export function ofType(type: string, rule: Rule): Rule {
  return {
    ...rule,
    choose: (values) => values.find((one) => isObject(one) && one['resourceType'] === type),
  }
}

/** An organization that produces results; a person produces none. */
export const organization: Rule = ofType('Organization', as(PRODUCER))

export const provider: Rule = ofType('Practitioner', as(PROVIDER))

export const npiProvider: Rule = ofType('Practitioner', as(NPI_PROVIDER))
