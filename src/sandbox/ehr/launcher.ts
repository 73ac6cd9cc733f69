import { html } from '#sandbox/web/html.ts'
import { seeOther } from '#sandbox/web/respond.ts'
import type { Chart } from './data/chart.ts'
import { CHARTS } from './data/charts.ts'
import { CLINICIANS, clinicianName } from './data/clinicians.ts'
import { HOSPITAL_NAME, openEncounter } from './data/resources.ts'
import type { Launches } from './launches.ts'
import { ehrPage, errorPage } from './pages.ts'

/** An app that the launcher page offers. */
export interface LaunchableApp {
  readonly name: string
  readonly launchUrl: string
}

/** The page on which a clinician, a patient and an app are chosen. */
export function launcherPage(apps: readonly LaunchableApp[]): Response {
  return ehrPage({
    title: 'Launch an app',
    body: html`<h1>Launch an app</h1>
<p class="lead">${HOSPITAL_NAME} · choose who is signed on, whose chart is open, and the app to open on it.</p>
<form method="post" action="/launch">
${choices({
  legend: 'Signed on as',
  name: 'clinician',
  options: CLINICIANS.map((clinician) => ({
    value: clinician.id,
    title: clinicianName(clinician),
    notes: [clinician.specialty],
  })),
})}
${choices({
  legend: 'Open chart',
  name: 'patient',
  options: CHARTS.map((chart) => ({
    value: chart.id,
    title: `${chart.given[0]} ${chart.family}`,
    notes: describePatient(chart),
  })),
})}
${choices({
  legend: 'App',
  name: 'app',
  options: apps.map(({ name }, index) => ({
    value: `${index}`,
    title: name,
    notes: ['SMART EHR launch'],
  })),
})}
<div class="actions at-hand"><button type="submit">Launch</button></div>
</form>`,
  })
}

/** Mints the launch handle for what was chosen, and sends the browser to the app's launch URL. */
export async function launchApp(
  request: Request,
  {
    apps,
    launches,
    fhirBaseUrl,
  }: {
    readonly apps: readonly LaunchableApp[]
    readonly launches: Launches
    readonly fhirBaseUrl: string
  },
): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const clinician = CLINICIANS.find(({ id }) => id === form.get('clinician'))
  const chart = CHARTS.find(({ id }) => id === form.get('patient'))
  const app = apps.find((_, index) => `${index}` === form.get('app'))
  if (!clinician || !chart || !app) return errorPage('Choose a clinician, a patient and an app')

  const url = new URL(app.launchUrl)
  url.searchParams.set('iss', fhirBaseUrl)
  url.searchParams.set(
    'launch',
    launches.mint({
      clinician: clinician.id,
      patient: chart.id,
      encounter: openEncounter(chart.id),
    }),
  )
  return seeOther(url.href)
}

function choices({
  legend,
  name,
  options,
}: {
  readonly legend: string
  readonly name: string
  readonly options: readonly {
    readonly value: string
    readonly title: string
    readonly notes: readonly string[]
  }[]
}) {
  return html`<fieldset class="card"><legend>${legend}</legend><div class="choices">${options.map(
    ({ value, title, notes }, index) =>
      html`<label><input type="radio" name="${name}" value="${value}" required${index === 0 && html` checked`}>
<span><b>${title}</b>${notes.map((note) => html`<small>${note}</small>`)}</span></label>`,
  )}</div></fieldset>`
}

function describePatient({ gender, birthDate, reason }: Chart): readonly string[] {
  return [reason, `${gender === 'female' ? 'F' : 'M'} · born ${birthDate}`]
}
