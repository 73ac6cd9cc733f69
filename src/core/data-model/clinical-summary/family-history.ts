import { isVoid } from '#core/data-model/mapping/is-void.ts'
import {
  boolean,
  code,
  codeWithAlternatives,
  isThere,
  literal,
  mapped,
  text,
} from '#core/data-model/mapping/rules.ts'
import { as, type Table } from '#core/data-model/mapping/table.ts'
import { date, dateTime } from '#core/data-model/mapping/times.ts'
import { listSection } from './section.ts'

const PROBLEM: Table = {
  source: 'r4/familymemberhistory',
  rows: [
    { to: '', from: 'code', as: codeWithAlternatives },
    { to: 'DateTime', from: 'onsetPeriod.start', as: dateTime },
    { to: 'AgeAtOnset', from: 'onsetAge.value', as: literal },
    { to: 'AgeAtOnset', from: 'onsetString', as: text },
    { to: 'IsCauseOfDeath', from: 'contributedToDeath', as: boolean },
  ],
}

const MEMBER: Table = {
  source: 'r4/familymemberhistory',
  rows: [
    { to: 'Relation', from: 'relationship', as: code },
    {
      to: 'Relation.Demographics.Sex',
      from: 'sex.coding.code',
      as: mapped(
        { male: 'Male', female: 'Female', other: 'Other', unknown: 'Unknown' },
        { only: true },
      ),
    },
    { to: 'Relation.Demographics.DOB', from: ['bornDate', 'bornPeriod.start'], as: date },
    { to: 'Relation.IsDeceased', from: 'deceasedBoolean', as: boolean },
    {
      to: 'Relation.IsDeceased',
      from: ['deceasedDate', 'deceasedAge', 'deceasedRange', 'deceasedString'],
      as: isThere,
    },
    { to: 'Problems[]', from: 'condition', as: as(PROBLEM) },
  ],
  cannot: { 'Problems[].Type': 'FHIR has no kind of a relative’s condition.' },
}

export const familyHistory = listSection({
  search: {
    section: 'FamilyHistory',
    type: 'FamilyMemberHistory',
    keep: (resource) => !isVoid(resource),
  },
  table: MEMBER,
})
