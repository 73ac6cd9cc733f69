import type { Search } from '#core/data-model/gather/gather.ts'
import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import { MEASUREMENT, withComponentsApart } from '#core/data-model/mapping/observations.ts'
import { asMember, itemsOf, type Section } from './section.ts'

const VITAL_SIGNS = 'vital-signs'

/** The head of a panel has no value; what it has is there by itself. */
const search: Search = {
  section: 'VitalSigns',
  type: 'Observation',
  parameters: { category: VITAL_SIGNS },
  keep: (resource) =>
    !isVoid(resource) &&
    codesIn(resource['category']).includes(VITAL_SIGNS) &&
    !('hasMember' in resource),
}

/** Vital signs, those of one time together. */
export const vitalSigns: Section = {
  searches: [search],
  parts: [
    {
      to: 'VitalSigns[].Observations[]',
      type: 'Observation',
      table: MEASUREMENT,
      note: 'Of the category vital-signs. Components are observations of their own; those of one time are one item, whose `DateTime` it is.',
    },
  ],
  build(found, resolveIn) {
    const parts = found.of(search).flatMap(withComponentsApart)
    const byTime = new Map<unknown, Json[]>()
    for (const item of itemsOf(MEASUREMENT, parts, resolveIn)) {
      const { DateTime } = item
      const sameTime = byTime.get(DateTime)
      if (sameTime) sameTime.push(item)
      else byTime.set(DateTime, [item])
    }
    const items = [...byTime].map(
      ([DateTime, Observations]): Json => ({
        ...(DateTime !== undefined && { DateTime }),
        Observations,
      }),
    )
    return asMember('VitalSigns', items)
  },
}
