import { mapped, text, wording } from './rules.ts'
import type { Table } from './table.ts'
import { dateTime } from './times.ts'

/** How urgent, in the data model's words. */
export const PRIORITY = mapped({
  routine: 'Routine',
  urgent: 'ASAP',
  asap: 'ASAP',
  stat: 'Stat',
})

/** When the specimen was taken. */
export const COLLECTION: Table = {
  source: 'r4/specimen',
  rows: [
    {
      to: 'CollectionDateTime',
      from: [
        'specimen.resolve().collection.collectedDateTime',
        'specimen.resolve().collection.collectedPeriod.start',
      ],
      as: dateTime,
      source: 'r4/specimen',
    },
  ],
}

/** What was taken, of a result or an order. */
export const SPECIMEN: Table = {
  source: 'r4/specimen',
  rows: [
    {
      to: 'Specimen.Source',
      from: 'specimen.resolve().type',
      as: wording,
      source: 'r4/specimen',
    },
    {
      to: 'Specimen.BodySite',
      from: ['specimen.resolve().collection.bodySite', 'bodySite'],
      as: wording,
      source: 'r4/specimen',
    },
    {
      to: 'Specimen.ID',
      from: ['specimen.resolve().identifier.value', 'specimen.resolve().id'],
      as: text,
      source: 'r4/specimen',
    },
  ],
}
