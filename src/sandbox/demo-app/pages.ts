import { type Html, html } from '#sandbox/web/html.ts'
import { appPage, chooseLink, sentencePage } from './app-page.ts'
import { formatTime, toRow } from './observation-row.ts'
import type { Problem, Reading } from './read-observations.ts'
import type { PatientInContext } from './sign-on.ts'
import type { Visit } from './visits.ts'

/** What the app calls itself, and the launch picker of its broker. */
export interface AppNames {
  readonly name: string
  readonly pickerUrl?: string | undefined
}

const NOBODY = 'No patient'

/** The page of a visit: who signed on, on whom, until when, what was read, and what is beside it. */
export function visitPage(
  { name: appName, pickerUrl }: AppNames,
  { key, signOn }: Visit,
  reading: Reading,
  beside: Html,
): Response {
  const { patient, user, isPatientShownByEhr } = signOn
  return appPage({
    appName,
    title: patient?.name ?? NOBODY,
    who: html`<div class="who"><b>${user.name}</b><small>${user.npi ? `NPI ${user.npi}` : 'Signed on'}</small></div>`,
    body: html`${!patient || isPatientShownByEhr ? heading(patient?.name ?? NOBODY) : patientBanner(patient)}
<section class="card" aria-labelledby="session">
<h2 id="session">Session</h2>
<dl class="facts">
<div><dt>SessionID</dt><dd>…${signOn.sessionId.slice(-4)}</dd></div>
<div><dt>Ends</dt><dd>${signOn.sessionEndsAtMs ? formatTime(signOn.sessionEndsAtMs) : 'not said'}</dd></div>
</dl>
<form method="post" action="/s/${key}/sign-off"><button>Sign off</button></form>
</section>
${'problem' in reading ? problemCard(reading, pickerUrl) : observationsCard(reading)}
${beside}`,
  })
}

/** What to do, for somebody who came without a launch. */
export function howToLaunchPage({ name: appName, pickerUrl }: AppNames): Response {
  return sentencePage({
    appName,
    chooseUrl: pickerUrl,
    title: 'Start from your EHR',
    sentence: `${appName} opens on the chart that you are working in. Open a patient in the EHR and launch ${appName} from there.`,
  })
}

/** Whom the page is about, where the EHR's own banner says the rest or there is none. */
function heading(name: string): Html {
  return html`<h1>${name}</h1>`
}

function patientBanner({ name, birthDate, sex, medicalRecordNumber }: PatientInContext): Html {
  return html`<section class="card patient"><h1>${name}</h1>
<dl class="facts">
${birthDate && html`<div><dt>Born</dt><dd>${birthDate}</dd></div>`}
${sex && html`<div><dt>Sex</dt><dd>${sex}</dd></div>`}
${medicalRecordNumber && html`<div><dt>MRN</dt><dd>${medicalRecordNumber}</dd></div>`}
</dl></section>`
}

function observationsCard({ observations }: Extract<Reading, { observations: unknown }>): Html {
  return html`<section class="card" aria-labelledby="observations">
<div class="head"><h2 id="observations">Observations</h2><span>${observations.length}, newest first</span><a class="button" href="">Reload</a></div>
<table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Result</th><th scope="col">Flag</th></tr></thead>
<tbody>${observations.map(toRow).map(
    ({ when, what, result, flag }) =>
      html`<tr><td class="when">${when}</td><td>${what}</td><td class="result">${result}</td><td>${flag && html`<span class="flag ${flag}">${flag}</span>`}</td></tr>
`,
  )}</tbody></table></section>`
}

/** Where nothing but a new launch helps, there is nothing to reload. */
function problemCard({ problem, isVain }: Problem, pickerUrl: string | undefined): Html {
  return html`<section class="card problem" role="alert">
<div class="head"><h2>Observations</h2>${!isVain && html`<a class="button" href="">Reload</a>`}</div><p>${problem}</p>${isVain && pickerUrl && chooseLink(pickerUrl)}</section>`
}
