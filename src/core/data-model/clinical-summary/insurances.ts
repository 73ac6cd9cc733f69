import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { address, identifier } from '#core/data-model/mapping/people.ts'
import { literal, text, wording } from '#core/data-model/mapping/rules.ts'
import { as, type Table } from '#core/data-model/mapping/table.ts'
import { date } from '#core/data-model/mapping/times.ts'
import { listSection } from './section.ts'

/** An insurance company, by an identifier where it has one. */
const COMPANY: Table = {
  source: 'r4/organization',
  rows: [
    { to: '', from: 'identifier', as: identifier },
    { to: 'Name', from: 'name', as: text },
    { to: 'Address', from: 'address', as: address },
    { to: 'PhoneNumber', from: "telecom.where(system='phone').value", as: text },
  ],
}

const OTHER_PERSON = 'The subscriber may be another person, of whom nothing is read.'
const OF_THE_INSURED = [
  'Identifiers',
  'LastName',
  'MiddleName',
  'FirstName',
  'SSN',
  'DOB',
  'Sex',
  'Address',
]

const inClass = (code: string, member: string) =>
  `class.where(type.coding.code='${code}').${member}`

const COVERAGE: Table = {
  source: 'r4/coverage',
  rows: [
    { to: 'Plan.ID', from: inClass('plan', 'value'), as: text },
    { to: 'Plan.Name', from: inClass('plan', 'name'), as: text },
    { to: 'Plan.Type', from: 'type', as: wording },
    { to: 'MemberNumber', from: 'subscriberId', as: text },
    { to: 'Company.Name', from: 'payor.display', as: text },
    { to: 'Company', from: 'payor.resolve()', as: as(COMPANY) },
    { to: 'GroupNumber', from: inClass('group', 'value'), as: text },
    { to: 'GroupName', from: inClass('group', 'name'), as: text },
    { to: 'EffectiveDate', from: 'period.start', as: date },
    { to: 'ExpirationDate', from: 'period.end', as: date },
    { to: 'PolicyNumber', from: 'policyHolder.identifier.value', as: text },
    { to: 'Priority', from: 'order', as: literal },
    { to: 'Insured.Relationship', from: 'relationship', as: wording },
  ],
  cannot: {
    'Plan.IDType': 'FHIR gives no type of a plan’s value.',
    AgreementType: 'FHIR has no such element.',
    CoverageType: 'FHIR has the kind of plan, which is Plan.Type.',
    ...Object.fromEntries(OF_THE_INSURED.map((field) => [`Insured.${field}`, OTHER_PERSON])),
  },
}

export const insurances = listSection({
  search: {
    section: 'Insurances',
    type: 'Coverage',
    keep: (resource) => !isVoid(resource) && resource['status'] !== 'cancelled',
  },
  note: 'Those that are not cancelled.',
  references: ['payor'],
  table: COVERAGE,
})
