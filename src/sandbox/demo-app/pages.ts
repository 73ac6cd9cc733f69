import { type Html, html } from '#sandbox/web/html.ts'
import { page } from '#sandbox/web/page.ts'
import { formatTime, toRow } from './observation-row.ts'
import type { Reading } from './read-observations.ts'
import type { PatientInContext, SignOn } from './sign-on.ts'

const STYLE = `
body{background:#faf7f5}
.bar{background:#fff;border-bottom:1px solid #e9dfda;padding:.85rem 1.5rem;display:flex;gap:.7rem;align-items:center}
.bar .mark{color:#b4304a;font-size:1.3rem;line-height:1}
.bar strong{font-size:1.1rem}
.bar .who{margin-left:auto;text-align:right;line-height:1.3}
.bar .who small{color:#75646a;display:block}
main{max-width:60rem;margin:1.75rem auto;padding:0 1.25rem}
main.narrow{max-width:36rem}
h1{font-size:1.7rem;line-height:1.2}
h2{font-size:1.15rem}
p.lead{color:#5f5257;margin:.3rem 0 1rem}
.card{background:#fff;border:1px solid #e9dfda;border-radius:.8rem;padding:1.2rem 1.4rem;margin-bottom:1.1rem}
.patient{border-left:.35rem solid #b4304a}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 2rem;margin-top:.5rem}
.facts div{display:flex;gap:.5rem}
.facts dt{color:#75646a}
.facts dd{font-weight:600}
.head{display:flex;align-items:baseline;gap:1rem;margin-bottom:.7rem}
.head span{color:#75646a}
.button{margin-left:auto;text-decoration:none;font-weight:600;color:#fff;background:#b4304a;border-radius:.5rem;padding:.45rem 1.1rem}
.button:hover{background:#96243b}
table{width:100%;border-collapse:collapse}
th{text-align:left;font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;color:#75646a;padding:.4rem .5rem;border-bottom:2px solid #e9dfda}
td{padding:.45rem .5rem;border-bottom:1px solid #f1eae6;vertical-align:baseline}
td.result{font-variant-numeric:tabular-nums;font-weight:600}
td.when{color:#5f5257;white-space:nowrap}
.flag{font-size:.8rem;font-weight:650;border-radius:1rem;padding:.1rem .6rem}
.High{background:#fde4e4;color:#8f1d22}
.Low{background:#e2ecfb;color:#1d4380}
.problem{background:#fff4e0;border-color:#eccf94}
`

/** The page of a visit: who signed on, on whom, until when, and what was read. */
export function visitPage(appName: string, signOn: SignOn, reading: Reading): Response {
  const { patient, user } = signOn
  return appPage({
    appName,
    title: patient?.name ?? 'No patient',
    who: html`<div class="who"><b>${user.name}</b><small>${user.npi ? `NPI ${user.npi}` : 'Signed on'}</small></div>`,
    body: html`${patient && patientCard(patient)}
<section class="card" aria-labelledby="session">
<h2 id="session">Session</h2>
<dl class="facts">
<div><dt>SessionID</dt><dd>…${signOn.sessionId.slice(-4)}</dd></div>
<div><dt>Ends</dt><dd>${signOn.sessionEndsAtMs ? formatTime(signOn.sessionEndsAtMs) : 'not said'}</dd></div>
</dl>
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

function patientCard({ name, birthDate, sex, medicalRecordNumber }: PatientInContext): Html {
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
