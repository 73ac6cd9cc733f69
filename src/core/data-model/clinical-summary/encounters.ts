import { isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { wordOf } from '#core/data-model/mapping/json.ts'
import {
  addressWithoutCounty,
  fhirIdentifier,
  identifier,
  PROVIDER,
} from '#core/data-model/mapping/people.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import { as, below, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { encounterSearch } from './searches.ts'
import { asMember, itemsOf, type Section } from './section.ts'

const PARTICIPANT: Table = {
  source: 'r4/encounter',
  rows: [
    { to: '', from: 'individual.resolve()', as: as(PROVIDER) },
    { to: 'Role', from: 'type', as: codeWithAlternatives },
  ],
}

const PLACE: Table = {
  source: 'r4/location',
  rows: [
    { to: 'Address', from: 'location.resolve().address', as: addressWithoutCounty },
    { to: 'Type', from: 'location.resolve().type', as: codeWithAlternatives },
    { to: 'Name', from: ['location.resolve().name', 'location.display'], as: text },
  ],
}

/** A visit is known by the FHIR id too: messages may name it so. */
const VISIT_IDENTIFIERS: Table = {
  source: 'r4/encounter',
  rows: [
    { to: 'Identifiers[]', from: 'id', as: fhirIdentifier, source: 'r4/resource' },
    { to: 'Identifiers[]', from: 'identifier', as: identifier },
  ],
}

const ENCOUNTER: Table = {
  source: 'r4/encounter',
  rows: [
    ...VISIT_IDENTIFIERS.rows,
    { to: 'Type', from: ['type', 'class'], as: codeWithAlternatives },
    { to: 'DateTime', from: 'period.start', as: dateTime },
    { to: 'EndDateTime', from: 'period.end', as: dateTime },
    { to: 'Providers[]', from: 'participant', as: as(PARTICIPANT) },
    { to: 'Locations[]', from: 'location', as: as(PLACE) },
    {
      to: 'Diagnosis[]',
      from: 'diagnosis.condition.resolve().code',
      as: codeWithAlternatives,
    },
    {
      to: 'ReasonForVisit[]',
      from: ['reasonCode', 'reasonReference.resolve().code'],
      as: codeWithAlternatives,
    },
  ],
  cannot: {
    'Providers[].Location': 'A practitioner in FHIR has no place; roles do, several each.',
  },
}

const NOT_YET = ['planned']

export function isPlanned({ status }: Json): boolean {
  return NOT_YET.includes(wordOf(status))
}

/** Whether it took place, or does: not planned, called off, or entered in error. */
export function tookPlace(encounter: Json): boolean {
  return !isVoid(encounter) && !isPlanned(encounter) && encounter['status'] !== 'cancelled'
}

export const encounters: Section = {
  searches: [encounterSearch],
  references: ['participant.individual', 'location.location'],
  parts: [
    {
      to: 'Encounters[]',
      type: 'Encounter',
      table: ENCOUNTER,
      note: 'Those that took place, or do. What is planned is in PlanOfCare.',
    },
  ],
  cannot: below('Encounters[]', ENCOUNTER.cannot ?? {}),
  build: (found, resolveIn) =>
    asMember(
      'Encounters',
      itemsOf(ENCOUNTER, found.of(encounterSearch).filter(tookPlace), resolveIn),
    ),
}
