import { type Html, html } from '#sandbox/web/html.ts'
import { formatTime } from './observation-row.ts'
import type { Section, Summary, SummaryReading } from './read-summary.ts'

/** The way to the summary, from the page without it. */
export function summaryLink(key: string): Html {
  return html`<p class="views"><a href="/s/${key}/summary">Show the Clinical Summary beside them</a></p>`
}

/** The Clinical Summary as Redox's data model has it, section by section. */
export function summaryCard(key: string, reading: SummaryReading): Html {
  return html`<section class="card summary" aria-labelledby="summary">
<div class="head"><h2 id="summary">Clinical Summary</h2><span>from the Data Model API</span><a class="button" href="/s/${key}">Hide</a></div>
${'problem' in reading ? html`<p>${reading.problem}</p>` : sections(reading.summary)}
</section>`
}

function sections({ PlanOfCare = {}, ...summary }: Summary): Html {
  const { Errors = [] } = summary.Meta
  return html`${section('Problems', summary.Problems, nameOf('Name'), timeOf('StartDate'))}
${section('Allergies', summary.Allergies, nameOf('Substance.Name'), wordsOf('Reaction', 'Name'))}
${section('Medications', summary.Medications, nameOf('Product.Name'), nameOf('FreeTextSig'))}
${section('Immunizations', summary.Immunizations, nameOf('Product.Name'), timeOf('DateTime'))}
${section('Booked', PlanOfCare.Encounters, nameOf('Name'), timeOf('DateTime'))}
${section('Ordered', PlanOfCare.Orders, nameOf('Name'), timeOf('DateTime'))}
${section('Latest vital signs', observationsOf(summary.VitalSigns), nameOf('Name'), measured)}
${section('Latest results', observationsOf(summary.Results), nameOf('Name'), measured)}
${
  Errors.length > 0 &&
  html`<details><summary>What this EHR did not give (${Errors.length})</summary>
<ul>${Errors.map(({ Text }) => html`<li>${Text}</li>`)}</ul></details>`
}`
}

type Told = (item: unknown) => string

function section(title: string, items: Section | undefined, what: Told, more: Told): Html {
  if (!items?.length) return html``
  return html`<h3>${title}</h3>
<ul>${items.map((item) => html`<li><b>${what(item)}</b> <span>${more(item)}</span></li>`)}</ul>`
}

/** The observations of the newest group. */
function observationsOf(groups: Section | undefined): Section {
  const newest = (groups ?? []).toSorted((one, other) => timeIn(other) - timeIn(one))[0]
  const found = at(newest, 'Observations')
  return Array.isArray(found) ? found : []
}

function timeIn(group: unknown): number {
  const observations = at(group, 'Observations')
  const [first] = Array.isArray(observations) ? observations : []
  return Date.parse(String(at(group, 'DateTime') ?? at(first, 'DateTime'))) || 0
}

const nameOf =
  (path: string): Told =>
  (item) =>
    String(at(item, path) ?? '')

const timeOf =
  (path: string): Told =>
  (item) => {
    const time = nameOf(path)(item)
    return time.includes('T') ? formatTime(Date.parse(time)) : time
  }

const wordsOf =
  (list: string, path: string): Told =>
  (item) => {
    const all = at(item, list)
    return Array.isArray(all) ? all.map(nameOf(path)).filter(Boolean).join(', ') : ''
  }

const measured: Told = (item) =>
  [nameOf('Value')(item), nameOf('Units')(item), flagOf(nameOf('Interpretation')(item))]
    .filter(Boolean)
    .join(' ')

function flagOf(interpretation: string): string {
  return interpretation === 'Normal' || !interpretation ? '' : `(${interpretation})`
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((one, name) => {
    const isObject = typeof one === 'object' && one !== null && Object.hasOwn(one, name)
    return isObject ? (one as Readonly<Record<string, unknown>>)[name] : undefined
  }, value)
}
