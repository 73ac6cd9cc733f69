import { IDENTIFIERS } from '#core/data-model/find-patient.ts'
import { isObject, type Json, listOf, textOf } from './json.ts'
import { text } from './rules.ts'
import { as, type Rule, type Table } from './table.ts'

/** The id in a reference to an encounter: the number of a visit that has no other. */
const visitNumber: Rule = {
  name: 'text, or the id in the reference',
  convert(value) {
    const said = textOf(value)
    return /(?:^|\/)Encounter\/([A-Za-z0-9\-.]{1,64})$/.exec(said ?? '')?.[1] ?? said
  },
}

/**
 * Whose an item is, and of which visit.
 *
 * @param subject,encounter the elements that say so
 */
export function ofVisit(subject: string, encounter: string): Table {
  return {
    source: 'r4/encounter',
    rows: [
      { to: 'Patient', from: `${subject}.resolve()`, as: as(IDENTIFIERS) },
      {
        to: 'Visit.VisitNumber',
        from: [
          `${encounter}.resolve().identifier.value`,
          `${encounter}.identifier.value`,
          `${encounter}.reference`,
        ],
        as: visitNumber,
      },
    ],
  }
}

const LOCATION: Table = {
  source: 'r4/location',
  rows: [
    { to: 'Facility', from: 'managingOrganization.display', as: text },
    { to: 'Department', from: 'name', as: text },
  ],
}

/** A place, by its name, and by whose it is. */
export const place: Rule = {
  ...as(LOCATION),
  choose: (values) => values.find((one) => isObject(one) && one['resourceType'] === 'Location'),
}

/** What of a place FHIR cannot say. */
export const PLACE_CANNOT = {
  Type: 'FHIR’s types of locations are not the data model’s.',
  Room: 'Rooms are locations of their own in FHIR.',
} as const

/** Of every practitioner. */
export const PROVIDER_CANNOT = {
  Location: 'A practitioner in FHIR has no place; roles do, several each.',
} as const

/** Whether a visit or an appointment has this number, or this id. */
export function isNumbered({ id, identifier }: Json, number: string): boolean {
  const values = listOf(identifier).map((one) => (isObject(one) ? one['value'] : undefined))
  return [id, ...values].includes(number)
}
