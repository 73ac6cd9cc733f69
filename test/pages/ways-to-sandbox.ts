import type { BrowserContext } from 'playwright-core'
import type { SignOn } from '#sandbox/demo-app/sign-on.ts'
import type { Visit } from '#sandbox/demo-app/visits.ts'
import { allowButton, type Choice, launchFromEhr } from '../flow/given-chromium.ts'
import { likeVisit, type World } from './given-world.ts'
import type { AppPage, EhrPage } from './page-list.ts'
import { type Opened, open, openFramed, type Way, type Ways } from './ways.ts'
import { ROSA } from './ways-to-broker.ts'

const WALTER = { clinician: 'samuel-adeyemi', patient: 'walter-lindqvist' }

/** A whole launch. */
async function launched(
  { sandbox }: World,
  context: BrowserContext,
  choice: Choice,
): Promise<Opened> {
  const page = await context.newPage()
  await launchFromEhr(page, sandbox.ehr.origin, choice)
  await allowButton(page).click()
  await page.waitForURL(`${sandbox.app.origin}/s/*`)
  return { page }
}

/** The visit that a page shows. */
function visitOn({ demo }: World, { page }: Opened): Visit {
  const visit = demo.visits.get(new URL(page.url()).pathname.split('/')[2] ?? '')
  if (!visit) throw new Error(`no visit at ${page.url()}`)
  return visit
}

/** A visit after a launch, had the sign-on been otherwise; at an app whose broker cannot help, or not. */
const visitBut =
  (
    key: string,
    change: (signOn: SignOn, world: World) => SignOn,
    { isBrokerDown = false } = {},
  ): Way =>
  async (world, { scripted }) => {
    const first = await launched(world, scripted, ROSA)
    const where = isBrokerDown ? world.brokerDown : world.demo
    const { secret } = likeVisit(where, {
      visit: visitOn(world, first),
      key,
      change: (signOn) => change(signOn, world),
    })
    const { hostname: domain } = new URL(where.app.origin)
    const cookie = { name: `visit_${key}`, value: secret, domain, path: `/s/${key}` }
    await scripted.addCookies([cookie])
    await first.page.goto(`${where.app.origin}/s/${key}`)
    return first
  }

const brokerDown = (key: string) =>
  visitBut(key, (signOn, { downBase }) => ({ ...signOn, sessionBaseUrl: `${downBase}/fhir/R4` }), {
    isBrokerDown: true,
  })

async function signOff({ page }: Opened): Promise<void> {
  await page.getByRole('button', { name: 'Sign off' }).click()
  await page.getByRole('heading', { name: /^You are/ }).waitFor()
}

/** How a person comes to the demo app's pages. */
export const WAYS_TO_APP: Ways<AppPage> = {
  'app-start': ({ sandbox }, { scripted }) => open(scripted, `${sandbox.app.origin}/`),
  'app-visit': (world, { scripted }) => launched(world, scripted, ROSA),
  'app-other-visit': (world, { scripted }) => launched(world, scripted, WALTER),
  'app-banner-by-ehr': visitBut('shown', (signOn) => ({ ...signOn, isPatientShownByEhr: true })),
  'app-no-patient': visitBut('nobody', (signOn) => ({ ...signOn, patient: undefined })),
  'app-ehr-down': brokerDown('down'),
  'app-session-over': visitBut('over', (signOn) => ({ ...signOn, sessionId: 'ended'.repeat(8) })),

  async 'app-summary'(world, { scripted }) {
    const visit = await launched(world, scripted, ROSA)
    await visit.page.getByRole('link', { name: 'Show the Clinical Summary' }).click()
    await visit.page.getByRole('heading', { name: 'Problems' }).waitFor()
    return visit
  },

  async 'app-new-window'(world, { cookieless }) {
    await world.goOnWithoutCookies()
    const opened = await openFramed(cookieless, world, await world.launchUrl(ROSA))
    await opened.frame.getByRole('button', { name: 'Allow' }).click()
    return opened
  },

  'app-start-again': ({ sandbox }, { scripted }) =>
    open(scripted, `${sandbox.app.origin}/s/0123456789ab`),

  'app-sign-on-failed': ({ sandbox }, { scripted }) =>
    open(scripted, `${sandbox.app.origin}/sso-error`),

  async 'app-signed-off'(world, { scripted }) {
    const visit = await launched(world, scripted, ROSA)
    await signOff(visit)
    return visit
  },

  async 'app-still-signed-on'(world, browsers) {
    const visit = await brokerDown('still')(world, browsers)
    await signOff(visit)
    return visit
  },
}

/** How a person comes to the sandbox EHR's pages. */
export const WAYS_TO_EHR: Ways<EhrPage> = {
  'ehr-launcher': ({ sandbox }, { scripted }) => open(scripted, `${sandbox.ehr.origin}/`),

  async 'ehr-consent'({ sandbox }, { scripted }) {
    const page = await scripted.newPage()
    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    return { page }
  },

  'ehr-error': ({ sandbox }, { scripted }) => open(scripted, `${sandbox.ehr.origin}/nowhere`),
}
