import type { Search } from '#core/data-model/gather/gather.ts'
import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import type { Json } from '#core/data-model/mapping/json.ts'
import {
  codeWithAlternatives,
  constant,
  literal,
  quantityValue,
} from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { itemsOf, type Section } from './section.ts'

const SOCIAL_HISTORY = 'social-history'

const PERIOD = [
  { to: 'StartDate', from: ['effectivePeriod.start', 'effectiveDateTime'], as: dateTime },
  { to: 'EndDate', from: 'effectivePeriod.end', as: dateTime },
] as const

const OBSERVATION: Table = {
  source: 'r4/observation',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'Value', from: 'valueCodeableConcept', as: codeWithAlternatives },
    { to: 'ValueText', from: ['valueString', 'valueInteger'], as: literal },
    { to: 'ValueText', from: 'valueQuantity', as: quantityValue },
    ...PERIOD,
  ],
}

/** Its code is what was found, as in C-CDA; that it is about smoking is IsSmokingStatus. */
const tobacco = (isSmokingStatus: boolean): Table => ({
  source: 'ccda-on-fhir',
  rows: [
    { to: '', from: 'valueCodeableConcept', as: codeWithAlternatives },
    { to: 'IsSmokingStatus', from: 'resourceType', as: constant(isSmokingStatus) },
    ...PERIOD,
  ],
})
const SMOKING = tobacco(true)
const OTHER_TOBACCO = tobacco(false)

const PREGNANCY: Table = {
  source: 'us-core',
  rows: [
    ...PERIOD,
    { to: 'EstimatedDelivery', from: 'valueDateTime', as: dateTime, source: 'ccda-on-fhir' },
  ],
}

/** By LOINC's codes; anything else is an observation. */
const SMOKING_STATUS = ['72166-2']
const TOBACCO_USE = ['11367-0', '81228-9', '81229-7', '88029-8', '88030-6', '88031-4']
const PREGNANCY_STATUS = ['82810-3']
const ESTIMATED_DELIVERY = ['11778-8', '11779-6', '11780-4']
const PREGNANT = '77386006'

const byCategory: Search = {
  section: 'SocialHistory',
  type: 'Observation',
  parameters: { category: SOCIAL_HISTORY },
  keep: (resource) => !isVoid(resource) && codesIn(resource['category']).includes(SOCIAL_HISTORY),
}

const CODES = [...SMOKING_STATUS, ...TOBACCO_USE, ...PREGNANCY_STATUS, ...ESTIMATED_DELIVERY]

/** EHRs have these in other categories too. */
const byCode: Search = {
  section: 'SocialHistory',
  type: 'Observation',
  parameters: { code: CODES.map((one) => `http://loinc.org|${one}`).join(',') },
  keep: (resource) =>
    !isVoid(resource) && codesIn(resource['code']).some((one) => CODES.includes(one)),
}

type Kind = 'smoking' | 'tobacco' | 'pregnancy' | 'other'

function kindOf({ code, valueCodeableConcept }: Json): Kind {
  const codes = codesIn(code)
  const isOne = (list: readonly string[]) => codes.some((one) => list.includes(one))
  if (isOne(SMOKING_STATUS)) return 'smoking'
  if (isOne(TOBACCO_USE)) return 'tobacco'
  if (isOne(ESTIMATED_DELIVERY)) return 'pregnancy'
  const isPregnant = isOne(PREGNANCY_STATUS) && codesIn(valueCodeableConcept).includes(PREGNANT)
  return isPregnant ? 'pregnancy' : 'other'
}

export const socialHistory: Section = {
  searches: [byCategory, byCode],
  parts: [
    {
      to: 'SocialHistory.Observations[]',
      type: 'Observation',
      table: OBSERVATION,
      note: 'Of the category social-history, but for those of the following codes.',
    },
    {
      to: 'SocialHistory.TobaccoUse[]',
      type: 'Observation',
      table: SMOKING,
      note: 'Of any category, with LOINC’s code for smoking status (72166-2), or for other use of tobacco.',
    },
    {
      to: 'SocialHistory.Pregnancy[]',
      type: 'Observation',
      table: PREGNANCY,
      note: 'A pregnancy status that says so (LOINC 82810-3), or an estimated date of delivery (11778-8, 11779-6, 11780-4).',
    },
  ],
  build(found, resolveIn) {
    const all = new Map(
      [...found.of(byCategory), ...found.of(byCode)].map((one) => [one['id'] ?? one, one]),
    )
    const of = (kind: Kind) => [...all.values()].filter((one) => kindOf(one) === kind)
    const members = {
      Observations: itemsOf(OBSERVATION, of('other'), resolveIn),
      TobaccoUse: [
        ...itemsOf(SMOKING, of('smoking'), resolveIn),
        ...itemsOf(OTHER_TOBACCO, of('tobacco'), resolveIn),
      ],
      Pregnancy: itemsOf(PREGNANCY, of('pregnancy'), resolveIn),
    }
    const filled = Object.entries(members).filter(([, items]) => items.length > 0)
    return filled.length > 0 ? { SocialHistory: Object.fromEntries(filled) } : {}
  },
}
