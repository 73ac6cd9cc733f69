import { type Html, html } from '#sandbox/web/html.ts'
import { page } from '#sandbox/web/page.ts'
import { formatTime, toRow } from './observation-row.ts'
import type { Reading } from './read-observations.ts'
import type { PatientInContext } from './sign-on.ts'
import { STYLE } from './style.ts'
import type { Visit } from './visits.ts'

/** The page of a visit: who signed on, on whom, until when, and what was read. */
export function visitPage(appName: string, { key, signOn }: Visit, reading: Reading): Response {
  const { patient, user, isPatientShownByEhr } = signOn
  return appPage({
    appName,
    title: patient?.name ?? 'No patient',
    who: html`<div class="who"><b>${user.name}</b><small>${user.npi ? `NPI ${user.npi}` : 'Signed on'}</small></div>`,
    body: html`${patient && (isPatientShownByEhr ? patientHeading(patient) : patientBanner(patient))}
<section class="card" aria-labelledby="session">
<h2 id="session">Session</h2>
<dl class="facts">
<div><dt>SessionID</dt><dd>…${signOn.sessionId.slice(-4)}</dd></div>
<div><dt>Ends</dt><dd>${signOn.sessionEndsAtMs ? formatTime(signOn.sessionEndsAtMs) : 'not said'}</dd></div>
</dl>
<form method="post" action="/s/${key}/sign-off"><button>Sign off</button></form>
</section>
${'problem' in reading ? problemCard(reading.problem) : observationsCard(reading)}`,
  })
}

/** What to do, for somebody who came without a launch. */
export function howToLaunchPage(appName: string): Response {
  return sentencePage({
    appName,
    title: 'Start from your EHR',
    sentence: `${appName} opens on the chart that you are working in. Open a patient in the EHR and launch ${appName} from there.`,
  })
}

/** A page that says one thing. */
export function sentencePage({
  appName,
  title,
  sentence,
  status = 200,
}: {
  readonly appName: string
  readonly title: string
  readonly sentence: string
  readonly status?: number
}): Response {
  return appPage({
    appName,
    title,
    isNarrow: true,
    status,
    body: html`<section class="card"><h1>${title}</h1><p class="lead">${sentence}</p></section>`,
  })
}

function appPage({
  appName,
  title,
  body,
  who,
  isNarrow = false,
  status = 200,
}: {
  readonly appName: string
  readonly title: string
  readonly body: Html
  readonly who?: Html
  readonly isNarrow?: boolean
  readonly status?: number
}): Response {
  return page({
    title: `${title} · ${appName}`,
    style: STYLE,
    status,
    body: html`<header class="bar"><span class="mark" aria-hidden="true">♥</span><strong>${appName}</strong>${who}</header>
<main${isNarrow && html` class="narrow"`}>
${body}
</main>`,
  })
}

/** Whom the page is about, where the EHR's own banner says the rest. */
function patientHeading({ name }: PatientInContext): Html {
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

function problemCard(problem: string): Html {
  return html`<section class="card problem" role="alert">
<div class="head"><h2>Observations</h2><a class="button" href="">Reload</a></div><p>${problem}</p></section>`
}
