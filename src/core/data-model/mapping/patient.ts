import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import {
  address,
  DEMOGRAPHICS,
  EMAILS,
  fullName,
  MORE_DEMOGRAPHICS,
  npiProvider,
  PHONES,
  phone,
} from './people.ts'
import { text, wording } from './rules.ts'
import { as, type Table } from './table.ts'

const PHONE_NUMBERS = [
  { to: 'PhoneNumber.Home', from: PHONES, as: phone(['home'], { orUnused: true }) },
  { to: 'PhoneNumber.Office', from: PHONES, as: phone(['work']) },
  { to: 'PhoneNumber.Mobile', from: PHONES, as: phone(['mobile']) },
]

/** Demographics as every model but Clinical Summary has them. */
export const PERSON: Table = {
  source: 'r4/patient',
  rows: [
    ...DEMOGRAPHICS.rows,
    ...MORE_DEMOGRAPHICS.rows,
    ...PHONE_NUMBERS,
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
  ],
}

const CONTACT: Table = {
  source: 'r4/patient',
  rows: [
    { to: '', from: 'name', as: fullName },
    { to: 'Address', from: 'address', as: address },
    ...PHONE_NUMBERS,
    { to: 'RelationToPatient', from: 'relationship', as: wording },
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
  ],
}

/** A patient, with whom to reach and who cares for that one. */
export const PATIENT: Table = {
  source: 'r4/patient',
  rows: [
    ...IDENTIFIERS.rows,
    { to: 'Demographics', from: '$this', as: as(PERSON) },
    { to: 'Contacts[]', from: 'contact', as: as(CONTACT) },
    { to: 'PCP', from: 'generalPractitioner.resolve()', as: npiProvider },
  ],
}
