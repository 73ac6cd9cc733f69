import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import {
  address,
  DEMOGRAPHICS,
  EMAILS,
  fullName,
  MORE_DEMOGRAPHICS,
  NPI,
  PHONES,
  PROVIDER,
  phone,
} from '#core/data-model/mapping/people.ts'
import { text, wording } from '#core/data-model/mapping/rules.ts'
import { as, type Table } from '#core/data-model/mapping/table.ts'

const PHONE_NUMBERS = (office: string) => [
  { to: 'PhoneNumber.Home', from: PHONES, as: phone(['home'], { orUnused: true }) },
  { to: `PhoneNumber.${office}`, from: PHONES, as: phone(['work']) },
  { to: 'PhoneNumber.Mobile', from: PHONES, as: phone(['mobile']) },
]

const PERSON: Table = {
  source: 'r4/patient',
  rows: [
    ...DEMOGRAPHICS.rows,
    ...MORE_DEMOGRAPHICS.rows,
    ...PHONE_NUMBERS('Office'),
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
  ],
}

const CONTACT: Table = {
  source: 'r4/patient',
  rows: [
    { to: '', from: 'name', as: fullName },
    { to: 'Address', from: 'address', as: address },
    ...PHONE_NUMBERS('Office'),
    { to: 'RelationToPatient', from: 'relationship', as: wording },
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
  ],
}

const PCP: Table = {
  source: 'r4/practitioner',
  rows: [{ to: 'NPI', from: NPI, as: text }, ...PROVIDER.rows],
}

/** A patient, as PatientSearch tells of one. */
export const PATIENT: Table = {
  source: 'r4/patient',
  rows: [
    ...IDENTIFIERS.rows,
    { to: 'Demographics', from: '$this', as: as(PERSON) },
    { to: 'Contacts[]', from: 'contact', as: as(CONTACT) },
    { to: 'PCP', from: 'generalPractitioner.resolve()', as: as(PCP) },
  ],
}
