import {
  ADDRESS,
  address,
  EMAILS,
  fullName,
  identifier,
  npiIdentifier,
  PHONES,
  phone,
  SEX,
} from '#core/data-model/mapping/people.ts'
import { boolean, codeset, literal, text, wording } from '#core/data-model/mapping/rules.ts'
import { as, type Table } from '#core/data-model/mapping/table.ts'
import { date } from '#core/data-model/mapping/times.ts'

const USED_ADDRESS: Table = {
  source: 'r4/datatypes',
  rows: [{ to: 'Use', from: 'use', as: text }, ...ADDRESS.rows],
}

const QUALIFICATION: Table = {
  source: 'r4/practitioner',
  rows: [
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
    { to: '', from: 'code', as: codeset('Description') },
    { to: 'StartDate', from: 'period.start', as: date },
    { to: 'EndDate', from: 'period.end', as: date },
  ],
}

/** A practitioner, as `Provider` tells of one. */
export const PRACTITIONER: Table = {
  source: 'r4/practitioner',
  rows: [
    { to: 'Identifiers[]', from: 'identifier', as: npiIdentifier },
    { to: 'IsActive', from: 'active', as: boolean },
    { to: 'Demographics', from: 'name', as: fullName },
    { to: 'Demographics.Credentials[]', from: 'qualification.code', as: wording },
    { to: 'Demographics.Addresses[]', from: 'address', as: as(USED_ADDRESS) },
    { to: 'Demographics.EmailAddresses[]', from: EMAILS, as: text },
    { to: 'Demographics.PhoneNumber.Home', from: PHONES, as: phone(['home']) },
    {
      to: 'Demographics.PhoneNumber.Office',
      from: PHONES,
      as: phone(['work'], { orUnused: true }),
    },
    { to: 'Demographics.PhoneNumber.Mobile', from: PHONES, as: phone(['mobile']) },
    { to: 'Demographics.Sex', from: 'gender', as: SEX },
    { to: 'Demographics.DOB', from: 'birthDate', as: date },
    { to: 'Demographics.Languages[]', from: 'communication', as: wording },
    { to: 'Qualifications[]', from: 'qualification', as: as(QUALIFICATION) },
  ],
}

const ORGANIZATION: Table = {
  source: 'r4/organization',
  rows: [
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
    {
      to: 'IsActive',
      from: 'active',
      as: {
        ...literal,
        convert: (value) => (typeof value === 'boolean' ? String(value) : undefined),
      },
    },
    { to: 'Type', from: 'type', as: wording },
    { to: 'Name', from: 'name', as: text },
    { to: 'Address', from: 'address', as: address },
  ],
}

const LOCATION: Table = {
  source: 'r4/location',
  rows: [
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
    { to: 'Status', from: 'status', as: text },
    { to: 'Name', from: 'name', as: text },
    { to: 'Description', from: 'description', as: text },
    { to: 'Address', from: 'address', as: address },
    { to: 'EmailAddresses[]', from: EMAILS, as: text },
    {
      to: 'PhoneNumber.Office',
      from: PHONES,
      as: phone(['work'], { orUnused: true }),
    },
  ],
}

const AVAILABILITY: Table = {
  source: 'r4/practitionerrole',
  rows: [
    { to: 'Days[]', from: 'daysOfWeek', as: text },
    { to: 'AvailableStartTime', from: 'availableStartTime', as: text },
    { to: 'AvailableEndTime', from: 'availableEndTime', as: text },
  ],
}

/** What a practitioner does somewhere. */
export const ROLE: Table = {
  source: 'r4/practitionerrole',
  rows: [
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
    { to: 'Organization', from: 'organization.resolve()', as: as(ORGANIZATION) },
    { to: 'Specialties[]', from: 'specialty', as: codeset('Description') },
    { to: 'Locations[]', from: 'location.resolve()', as: as(LOCATION) },
    { to: 'Availability[]', from: 'availableTime', as: as(AVAILABILITY) },
  ],
}
