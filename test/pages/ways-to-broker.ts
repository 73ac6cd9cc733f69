import type { Page } from 'playwright-core'
import { allowButton, launchFromEhr } from '../flow/given-chromium.ts'
import type { World } from './given-world.ts'
import { UNREACHABLE } from './organizations.ts'
import type { BrokerPage } from './page-list.ts'
import { open, openFramed, type Way, type Ways } from './ways.ts'

export const ROSA = { clinician: 'helen-brandt', patient: 'rosa-delgado' }

const picker =
  (search = ''): Way =>
  ({ sandbox }, { scripted }) =>
    open(scripted, `${sandbox.brokerBase}/launch/heartline${search}`)

const atLaunch =
  (key: string, query: (world: World) => Readonly<Record<string, string>> = () => ({})): Way =>
  (world, { scripted }) =>
    open(scripted, launchUrl(world, key, query(world)))

const launchUrl = ({ sandbox }: World, key: string, query: Readonly<Record<string, string>>) =>
  `${sandbox.brokerBase}/launch/${key}?${new URLSearchParams(query)}`

/** Where a page goes on to by itself, nothing comes: so it stays. */
const stayBefore = (page: Page, address: string) =>
  page.route(address, (route) => route.fulfill({ status: 204 }))

/** By a signed link, to the app without pages. */
const toReminders =
  (status: number): Way =>
  (world, { scripted }) => {
    world.reminders.answer((response) => response.writeHead(status).end())
    return open(scripted, world.linkToReminders())
  }

/** Allows the app, and says where the EHR sent the browser then. */
async function allow(page: Page): Promise<string> {
  const back = page.waitForRequest((request) => request.url().includes('/redirect?'))
  await allowButton(page).click()
  return (await back).url()
}

/** How a person comes to the broker's pages. */
export const WAYS_TO_BROKER: Ways<BrokerPage> = {
  picker: picker(),
  'picker-found': picker('?search=river'),
  'picker-nothing-found': picker('?search=nowhere'),

  async authorization(world, { scripted }) {
    const { ehr } = world.sandbox
    const page = await scripted.newPage()
    await stayBefore(page, `${ehr.issuer}/auth`)
    const launch = 'long'.repeat(500)
    const iss = ehr.fhirBaseUrl.replace('127.0.0.1', 'localhost')
    await page.goto(launchUrl(world, 'sandbox-by-post', { iss, launch }), { waitUntil: 'commit' })
    return { page }
  },

  async 'hand-over'({ sandbox }, { scripted }) {
    const page = await scripted.newPage()
    await stayBefore(page, '**/sso')
    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    await allow(page)
    return { page }
  },

  async 'moving-on'({ sandbox }, { scripted }) {
    const page = await scripted.newPage()
    await stayBefore(page, `${sandbox.app.origin}/start?*`)
    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    await allow(page)
    return { page }
  },

  'app-ready': toReminders(204),
  'error-app-refused': toReminders(500),
  'signed-link': async (world, { scriptless }) => ({
    ...(await open(scriptless, world.linkToReminders())),
    isScriptless: true,
  }),

  async 'new-window'(world, { cookieless }) {
    const iss = world.sandbox.ehr.fhirBaseUrl.replace('127.0.0.1', 'localhost')
    const url = launchUrl(world, 'sandbox-by-post', { iss, launch: 'from-the-chart' })
    const opened = await openFramed(cookieless, world, url)
    await opened.frame.getByRole('link').waitFor()
    return opened
  },

  'signed-off': ({ sandbox }, { scripted }) => {
    const said = new URLSearchParams({ iss: sandbox.ehr.issuer, sid: 'nobody-here' })
    return open(scripted, `${sandbox.brokerBase}/logout/sandbox-development?${said}`)
  },

  'error-not-set-up': atLaunch('sandbox-development', () => ({
    iss: 'https://ehr.elsewhere.example/fhir',
    launch: 'from-the-chart',
  })),
  'error-launch-key': atLaunch('nobody'),
  'error-ehr-unreachable': atLaunch(UNREACHABLE),

  async 'error-denied'({ sandbox }, { scripted }) {
    const page = await scripted.newPage()
    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    await page.getByRole('button', { name: 'Deny' }).click()
    return { page }
  },

  async 'error-already-used'({ sandbox }, { scripted }) {
    const page = await scripted.newPage()
    await launchFromEhr(page, sandbox.ehr.origin, ROSA)
    const back = await allow(page)
    await page.waitForURL(`${sandbox.app.origin}/s/*`)
    await page.goto(back)
    return { page }
  },
}
