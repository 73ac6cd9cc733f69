import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { codedAs, codeWithAlternatives, lines, wording } from '#core/data-model/mapping/rules.ts'
import { as, type Rule, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { observationValue, snomed } from '#core/data-model/terminology/codes.ts'
import { listSection } from './section.ts'

/** What SNOMED CT, which C-CDA writes allergies in, calls FHIR's words for severity. */
const SEVERITY: Rule = codedAs({
  mild: snomed('255604002', 'Mild'),
  moderate: snomed('6736007', 'Moderate'),
  severe: snomed('24484000', 'Severe'),
})

const CRITICALITY: Rule = codedAs({
  low: observationValue('CRITL', 'low criticality'),
  high: observationValue('CRITH', 'high criticality'),
  'unable-to-assess': observationValue('CRITU', 'unable to assess criticality'),
})

const STATUS: Rule = codedAs({
  active: snomed('55561003', 'Active'),
  inactive: snomed('73425007', 'Inactive'),
  resolved: snomed('413322009', 'Resolved'),
})

const TYPE: Rule = codedAs({
  allergy: snomed('419199007', 'Allergy to substance'),
  intolerance: snomed('420134006', 'Propensity to adverse reaction'),
})

const REACTION: Table = {
  source: 'r4/allergyintolerance',
  rows: [
    { to: '', from: 'manifestation', as: codeWithAlternatives },
    { to: 'Severity', from: 'severity', as: SEVERITY, source: 'ccda-on-fhir' },
    { to: 'Text', from: ['description', 'manifestation'], as: wording },
  ],
}

const ALLERGY: Table = {
  source: 'r4/allergyintolerance',
  rows: [
    { to: 'Type', from: 'type', as: TYPE, source: 'ccda-on-fhir' },
    { to: 'Substance', from: 'code', as: codeWithAlternatives },
    { to: 'Reaction[]', from: 'reaction', as: as(REACTION) },
    { to: 'Criticality', from: 'criticality', as: CRITICALITY, source: 'ccda-on-fhir' },
    { to: 'Status', from: 'clinicalStatus', as: STATUS, source: 'ccda-on-fhir' },
    {
      to: 'StartDate',
      from: ['onsetDateTime', 'onsetPeriod.start'],
      as: dateTime,
    },
    { to: 'EndDate', from: 'onsetPeriod.end', as: dateTime },
    { to: 'Comment', from: 'note.text', as: lines },
  ],
  cannot: {
    'Type.AltCodes': 'The type is one of two words in FHIR.',
    Severity: 'FHIR has the severity of a reaction, and of an allergy how critical it is.',
  },
}

/** An allergy that was entered in error, or refuted, is none. */
export const allergies = listSection({
  search: {
    section: 'Allergies',
    type: 'AllergyIntolerance',
    keep: (resource) => !isVoid(resource),
  },
  table: ALLERGY,
})
