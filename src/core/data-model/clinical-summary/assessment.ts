import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import { code, wording } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { problemSearch } from './problems.ts'
import { encounterSearch } from './searches.ts'
import { itemsOf, type Section } from './section.ts'

const DIAGNOSIS: Table = {
  source: 'r4/condition',
  rows: [
    { to: 'Value', from: 'code', as: wording },
    { to: 'DateTime', from: ['recordedDate', 'onsetDateTime'], as: dateTime },
    { to: 'Codes[]', from: 'code.coding', as: code },
  ],
}

const REASON: Table = {
  source: 'r4/encounter',
  rows: [{ to: 'ReasonForVisitText', from: 'reasonCode', as: wording }],
}

/** What the visits' encounters name as diagnoses, and what was recorded as one during them. */
export const assessment: Section = {
  searches: [problemSearch, encounterSearch],
  parts: [
    {
      to: 'Assessment.Diagnoses[]',
      type: 'Condition',
      table: DIAGNOSIS,
      note: 'Named by the visit as a diagnosis, or recorded during it.',
    },
    { to: '', type: 'Encounter', table: REASON },
  ],
  cannot: {
    'Assessment.Diagnoses[].IsNegativeIndicator': 'A diagnosis that was refuted is not told.',
  },
  build(found, resolveIn) {
    const visits = found.of(encounterSearch)
    const conditions = found.of(problemSearch).filter((one) => !isVoid(one))
    const named = visits.flatMap((visit) => referencesIn(visit['diagnosis'], 'condition'))
    const ids = new Set(visits.map(({ id }) => id))
    const diagnoses = conditions.filter((one) => {
      const during = referencesIn([one], 'encounter').some((id) => ids.has(id))
      return during || named.includes(wordOf(one['id']))
    })
    const Diagnoses = itemsOf(DIAGNOSIS, diagnoses, resolveIn)
    const [reason] = itemsOf(REASON, visits, resolveIn)
    return { ...reason, ...(Diagnoses.length > 0 && { Assessment: { Diagnoses } }) }
  },
}

/** The ids that an element of each refers to. */
function referencesIn(all: unknown, element: string): readonly string[] {
  return listOf(all)
    .filter(isObject)
    .map((one): unknown => one[element])
    .flatMap((one) => {
      const reference = isObject(one) ? (one as Json)['reference'] : undefined
      const [, id] = /\/([A-Za-z0-9\-.]+)$/.exec(wordOf(reference)) ?? []
      return id === undefined ? [] : [id]
    })
}
