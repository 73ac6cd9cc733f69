import type { ServerResponse } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { givenBroker } from '../flow/given-broker.ts'
import { givenChromium } from '../flow/given-chromium.ts'
import { NO_CHROMIUM } from '../support/chromium.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'

const PEOPLE = {
  a: { patient: 'patient-of-a', user: 'user-a' },
  b: { patient: 'patient-of-b', user: 'user-b' },
} as const

type Who = keyof typeof PEOPLE

const broker = await givenBroker({ ehr: { people: PEOPLE, fhir: whoeverAsks } })
afterAll(() => broker.close())
// The app shows each person a page that has their name, as the SSO message gave it.
broker.app.answer((response) => {
  const location = `${broker.app.origin}/home/${broker.app.messages.at(-1)?.body['Subject']}`
  response.writeHead(302, { location }).end()
})

/** The EHR's FHIR API says whose access token it was asked with. */
function whoeverAsks({ url, headers }: FhirRequestSeen, response: ServerResponse): void {
  const path = url.split('?', 1)[0] ?? ''
  const [, resourceType = '', id = ''] = /(\w+)\/([\w-]+)$/.exec(path) ?? []
  const tag = [{ code: /^Bearer ([\w-]+)\./.exec(headers.authorization ?? '')?.[1] ?? 'nobody' }]
  response
    .writeHead(200, { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify({ resourceType, id, meta: { tag } }))
}

/** A launch, step by step. Without scripts each page waits for the person. */
function steps(page: Page, who: Who): (() => Promise<unknown>)[] {
  return [
    async () => {
      await page.goto(broker.launchUrl({ launch: who }))
      await page.getByRole('link', { name: 'Allow' }).waitFor()
    },
    async () => {
      await page.getByRole('link', { name: 'Allow' }).click()
      await continueButton(page).waitFor()
    },
    async () => {
      await continueButton(page).click()
      await page.waitForURL(`${broker.app.origin}/home/*`)
    },
  ]
}

const continueButton = (page: Page) => page.getByRole('button', { name: 'Continue' })

/** Every order in which two can take so many steps each. */
function interleavings(a: number, b: number): readonly (readonly Who[])[] {
  if (a === 0 && b === 0) return [[]]
  return [
    ...(a > 0 ? interleavings(a - 1, b).map((rest) => ['a' as const, ...rest]) : []),
    ...(b > 0 ? interleavings(a, b - 1).map((rest) => ['b' as const, ...rest]) : []),
  ]
}

/** What the app was told of this person's latest sign-on, and whose token its session uses. */
async function signedOn(who: Who) {
  const { user, patient } = PEOPLE[who]
  const message = broker.app.messages.findLast(({ body }) => body['Subject'] === user)
  const session = message?.body.Meta.SessionID ?? ''
  const answer = await broker.fhir(`/Patient/${patient}`, { session })
  const { meta } = (await answer.json()) as { meta: { tag: { code: string }[] } }
  return {
    told: JSON.stringify(message?.body),
    context: await (await broker.api('/session', { session })).json(),
    tokenOf: meta.tag[0]?.code,
  }
}

describe('two launches side by side in one Chromium, of two people about two patients', () => {
  it('never mix, in whichever of the twenty orders they take their steps', {
    timeout: 300_000,
  }, async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const context = await browser.newContext({ javaScriptEnabled: false })
    const pages = { a: await context.newPage(), b: await context.newPage() }

    const orders = interleavings(3, 3)
    expect(new Set(orders.map((order) => order.join(''))).size).toBe(20)
    for (const order of orders) {
      const waiting = { a: steps(pages.a, 'a'), b: steps(pages.b, 'b') }
      for (const who of order) await waiting[who].shift()?.()

      for (const [who, other] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        const { told, context: session, tokenOf } = await signedOn(who)
        expect(pages[who].url(), order.join('')).toBe(`${broker.app.origin}/home/user-${who}`)
        expect(told, order.join('')).toContain(PEOPLE[who].patient)
        expect(told, order.join('')).not.toMatch(new RegExp(`user-${other}|patient-of-${other}`))
        expect(session).toMatchObject({ patient: PEOPLE[who].patient })
        expect(tokenOf, order.join('')).toBe(PEOPLE[who].user)
      }
    }
    expect(broker.app.messages).toHaveLength(40)
  })
})

describe('a launch whose tab is reloaded', () => {
  const SAYS_WHAT_TO_DO = /already used.*start it again from the EHR.*Reference: [\w-]{8,}/s

  it('goes on, or ends in a page that says what to do, at each step', async (test) => {
    const browser = await givenChromium()
    if (!browser) return test.skip(NO_CHROMIUM)
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    const told = () => page.textContent('main')
    const upTo = async (count: number) => {
      for (const step of steps(page, 'a').slice(0, count)) await step()
    }

    await upTo(1)
    await page.reload()
    for (const step of steps(page, 'a').slice(1)) await step()
    await page.reload()
    expect(page.url()).toBe(`${broker.app.origin}/home/user-a`)

    await upTo(2)
    await page.reload()
    expect(await told()).toMatch(SAYS_WHAT_TO_DO)

    // The page that moves on stays where what it moves on to does not come.
    await upTo(2)
    await page.route(`${broker.app.origin}/home/*`, (route) => route.abort('aborted'))
    await continueButton(page).click()
    await page.getByRole('link', { name: 'Continue' }).waitFor()
    await page.reload()
    expect(new URL(page.url()).pathname).toMatch(/\/sso$/)
    expect(await told()).toMatch(SAYS_WHAT_TO_DO)
    await page.unrouteAll()

    await upTo(3)
    expect(page.url()).toBe(`${broker.app.origin}/home/user-a`)
  })
})
