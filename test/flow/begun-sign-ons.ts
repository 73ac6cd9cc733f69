import { atProviderPages } from '../support/at-provider-pages.ts'
import { type PlainBrowser, plainBrowser, type Visit } from '../support/browser.ts'
import type { givenSignOns } from './given-sign-ons.ts'

type Given = Awaited<ReturnType<typeof givenSignOns>>

/** A way to sign on, gone in one browser as far as another could take it over. */
interface BegunSignOn {
  /** Whose servers take part. */
  readonly place: string
  /** The browser has been everywhere but where this page sends it: back to us. */
  toAnswer(given: Given, browser: PlainBrowser): Promise<Visit>
}

/** The ways in which an EHR or a provider sends the browser back to us with its answer. */
export const ANSWERED: Readonly<Record<string, BegunSignOn>> = {
  'smart-ehr': {
    place: 'ehr-user',
    toAnswer: (given, browser) => away(given, browser).follow(given.ehrLaunch('ehr-user')),
  },
  'smart-standalone': atEhr('standalone-user'),
  'smart-patient': atEhr('patient-user'),
  oidc: atProvider('oidc-none'),
  'oidc, at the EHR that then grants access': {
    place: 'oidc-user',
    async toAnswer(given, browser) {
      const { location = '' } = await atProvider('oidc-user').toAnswer(given, browser)
      return away(given, browser).follow((await browser.visit(location)).location ?? '')
    },
  },
  'signed-link, at the EHR that then grants access': {
    place: 'link-user',
    async toAnswer(given, browser) {
      const { location = '' } = await byLink(given, browser, 'link-user')
      return away(given, browser).follow(location)
    },
  },
}

/** The same, and the way that has no answer: its first page is the ticket's. */
export const BEGUN: Readonly<Record<string, BegunSignOn>> = {
  ...ANSWERED,
  'signed-link': {
    place: 'hmac-none',
    toAnswer: (given, browser) => byLink(given, browser, 'hmac-none'),
  },
}

/** What a stranger's browser began, and a victim who signs on there too, with a cookie of their own. */
export async function twoBrowsers(given: Given, { place, toAnswer }: BegunSignOn) {
  const [stranger, victim] = [plainBrowser(), plainBrowser()]
  const answer = await toAnswer(given, stranger)
  await toAnswer(given, victim)
  const { ehr } = given.server(place)
  const tokenRequests = () => [given.provider, ehr].map((one) => one?.tokenRequests.length)
  return { stranger, victim, answer, tokenRequests }
}

/** The same browser, which stops short of coming back to us. */
function away({ base }: Given, browser: PlainBrowser): PlainBrowser {
  const isOurs = ({ location }: Visit) => location?.startsWith(`${base}/redirect`) === true
  return {
    ...browser,
    async follow(url) {
      let page = await browser.visit(url)
      while (page.location && !isOurs(page)) page = await browser.visit(page.location)
      return page
    },
  }
}

function atEhr(place: string): BegunSignOn {
  return {
    place,
    toAnswer: (given, browser) => away(given, browser).follow(given.standaloneLaunch(place)),
  }
}

function atProvider(place: string): BegunSignOn {
  return {
    place,
    async toAnswer(given, browser) {
      const still = away(given, browser)
      return atProviderPages(still, await still.follow(given.standaloneLaunch(place)))
    },
  }
}

function byLink(given: Given, browser: PlainBrowser, place: string): Promise<Visit> {
  return browser.submit(given.postLink(place, given.hmacLink(place)))
}
