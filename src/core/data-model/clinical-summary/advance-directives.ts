import { codesIn, isVoid } from '#core/data-model/mapping/is-void.ts'
import { codeWithAlternatives, text } from '#core/data-model/mapping/rules.ts'
import { as, below, type Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { listSection } from './section.ts'

/** Consents that are advance directives, by their scope or category. */
const DIRECTIVES = ['adr', 'acd', 'dnr', 'polst', '42348-3', '59284-0', '75320-2']

const VERIFICATION: Table = {
  source: 'r4/consent',
  rows: [{ to: 'DateTime', from: 'verificationDate', as: dateTime }],
}

const VERIFIER = 'FHIR has with whom it was verified, a relative or the patient, and not by whom.'

const DIRECTIVE: Table = {
  source: 'r4/consent',
  rows: [
    { to: 'Type', from: 'category', as: codeWithAlternatives },
    { to: '', from: ['provision.code', 'policyRule'], as: codeWithAlternatives },
    { to: 'StartDate', from: ['provision.period.start', 'dateTime'], as: dateTime },
    { to: 'EndDate', from: 'provision.period.end', as: dateTime },
    {
      to: 'ExternalReference',
      from: ['sourceAttachment.url', 'policy.uri'],
      as: text,
    },
    { to: 'VerifiedBy[]', from: 'verification', as: as(VERIFICATION) },
  ],
  cannot: {
    ...below('VerifiedBy[]', { FirstName: VERIFIER, LastName: VERIFIER, Credentials: VERIFIER }),
    Custodians: 'FHIR’s consent has an organization for its custodian, the data model a person.',
  },
}

export const advanceDirectives = listSection({
  search: {
    section: 'AdvanceDirectives',
    type: 'Consent',
    keep: (resource) =>
      !isVoid(resource) &&
      resource['status'] === 'active' &&
      [...codesIn(resource['scope']), ...codesIn(resource['category'])].some((one) =>
        DIRECTIVES.includes(one),
      ),
  },
  note: 'Those that are active, and advance directives by their scope or category.',
  table: DIRECTIVE,
})
