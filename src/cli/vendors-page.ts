import { VENDORS } from '#core/vendors/index.ts'
import { FIELD_WORDS } from '#core/vendors/notes/field-words.ts'
import { VENDOR_NOTES } from '#core/vendors/notes/index.ts'
import { SOURCES } from '#core/vendors/notes/sources.ts'
import type { Fact } from '#core/vendors/notes/vendor-notes.ts'
import { DEFAULTS, type VendorBehavior, type VendorData } from '#core/vendors/vendor-profile.ts'

const KINDS = {
  smart: 'SMART on FHIR',
  oidc: 'OpenID Connect, without SMART',
  oauth2: 'OAuth 2.0, without ID tokens',
} as const

/** `docs/vendors.md`: every vendor's profile with its facts and where these are from. */
export function vendorsPage(): string {
  return `${[
    '# Vendors',
    'Made from `src/core/vendors` by `npm run docs`; a test holds it true.',
    'How EHRs and authorization servers differ is data: a profile a vendor, which a connection names by `vendor` ' +
      'and may override field by field with `vendorOverrides` ([registry.md](registry.md)). A field that is not ' +
      'listed at a vendor is at its default: nothing is known that speaks against it. Facts are *documented* by the ' +
      'vendor or its specification, *observed* in code or recorded answers, or *reported* by users.',
    '## Fields and defaults',
    table(
      ['Field', 'SMART', 'OpenID Connect', 'OAuth 2.0', ''],
      (Object.keys(FIELD_WORDS) as (keyof VendorBehavior)[]).map((field) => [
        code(field),
        shown(DEFAULTS.smart[field]),
        differing(field, 'oidc'),
        differing(field, 'oauth2'),
        FIELD_WORDS[field],
      ]),
    ),
    'A column that is empty has SMART’s default.',
    ...VENDORS.flatMap(section),
    '## Sources',
    Object.entries(SOURCES)
      .map(([key, address]) => `- <a id="${key}"></a>${key}: <${address}>`)
      .join('\n'),
  ].join('\n\n')}\n`
}

function section({
  id,
  label,
  kind,
  departures,
}: VendorData & { readonly id: keyof typeof VENDOR_NOTES }) {
  const { departures: reasons, facts, registration, unknown } = VENDOR_NOTES[id]
  const changed = Object.entries(departures) as [keyof VendorBehavior, unknown][]
  return [
    `## ${label}`,
    `\`"vendor": "${id}"\` · ${KINDS[kind]}`,
    changed.length > 0
      ? table(
          ['Departs in', 'to', 'because'],
          changed.map(([field, value]) => [code(field), shown(value), because(reasons[field])]),
        )
      : 'Departs in nothing.',
    ...(facts.length > 0 ? [facts.map((fact) => `- ${because(fact)}`).join('\n')] : []),
    ...(registration.length > 0
      ? ['At registration:', registration.map((line) => `- ${line}`).join('\n')]
      : []),
    unknown.length > 0
      ? `At the default for want of evidence: ${unknown.join('; ')}.`
      : 'All else is at the default.',
  ]
}

function because(fact: Fact | undefined): string {
  if (!fact) return ''
  const links = fact.sources.map((key) => `[${key}](#${key})`).join(', ')
  return `${fact.says} (${fact.confidence}: ${links})`
}

function differing(field: keyof VendorBehavior, kind: 'oidc' | 'oauth2'): string {
  const value = DEFAULTS[kind][field]
  return JSON.stringify(value) === JSON.stringify(DEFAULTS.smart[field]) ? '' : shown(value)
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length > 0 ? value.map(shown).join(', ') : 'none'
  if (typeof value === 'object') {
    const members = Object.entries(value ?? {})
    return members.length > 0
      ? members.map(([name, one]) => code(`${name}: ${one}`)).join(', ')
      : 'none'
  }
  return value === '' ? 'empty' : code(String(value))
}

function code(text: string): string {
  return `\`${text}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
