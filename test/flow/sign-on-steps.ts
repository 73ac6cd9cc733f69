import { createHash } from 'node:crypto'
import {
  formOf,
  type PageForm,
  type PlainBrowser,
  plainBrowser,
  type Visit,
} from '../support/browser.ts'
import type { givenSignOns } from './given-sign-ons.ts'

type Given = Awaited<ReturnType<typeof givenSignOns>>

/** What an app was told. */
export type Message = Awaited<ReturnType<Given['finish']>>

/** What people and apps do where there is a connection for each scheme and authority. */
export function signOnSteps(given: Given) {
  /** Everything up to the page that has the ticket, in one browser. */
  async function toTicket(browser: PlainBrowser, begin: Visit): Promise<PageForm> {
    let page = begin
    while (page.location) page = await browser.visit(page.location)
    return formOf(page)
  }

  /** Opens an address and goes on to what the app is told. */
  async function openedAt(url: string): Promise<Message> {
    const browser = plainBrowser()
    return given.finish(browser, await browser.visit(url))
  }

  /** Opens a link whose query our own page posts. */
  async function openedLink(name: string, query: string): Promise<Message> {
    const browser = plainBrowser()
    return given.finish(browser, await browser.submit(given.postLink(name, query)))
  }

  const readPatient = (name: string, { Meta }: Message) =>
    given.read(name, 'Patient/pat-1', Meta.SessionID)

  const statuses = async (name: string, messages: readonly Message[]) =>
    Promise.all(messages.map(async (message) => (await readPatient(name, message)).status))

  /** Asks the Data Model API about the session's patient. */
  async function summaryStatus({ Meta }: Message): Promise<number> {
    const answer = await fetch(`${given.base}/endpoint?_redox_session=${Meta.SessionID}`, {
      method: 'POST',
      headers: { authorization: await given.appToken(), 'content-type': 'application/json' },
      body: JSON.stringify({
        Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
        Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
      }),
    })
    return answer.status
  }

  /** How often an EHR was asked for tokens, by the grant. */
  function grantsAt(name: string): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const { body } of given.ehrOf(name).tokenRequests) {
      const grant = body.get('grant_type') ?? ''
      counts[grant] = (counts[grant] ?? 0) + 1
    }
    return counts
  }

  /** Whose tokens an EHR's FHIR server got from the app's own requests. */
  const tokensOfFhir = (name: string) =>
    given
      .ehrOf(name)
      .fhirRequests.map(
        ({ headers }) => /^Bearer (system)\./.exec(headers.authorization ?? '')?.[1],
      )
      .filter((whose) => whose !== undefined)

  /** The person signs off at the OpenID provider's own page. */
  async function signsOff(browser: PlainBrowser): Promise<void> {
    const { action, fields } = formOf(await browser.visit(`${given.provider.issuer}/session/end`))
    await browser.submit({ action, fields: { ...fields, logout: 'yes' } })
  }

  /** Why a session ended, each time that its app was told. */
  function endsOf({ Meta }: Message): readonly unknown[] {
    const session = createHash('sha256').update(Meta.SessionID).digest('base64url')
    return given.stack.events
      .filter((event) => event['detail-type'] === 'session.ended')
      .filter(({ detail }) => detail['session'] === session)
      .map(({ detail }) => detail['reason'])
  }

  return {
    signsOff,
    endsOf,
    toTicket,
    openedAt,
    openedLink,
    readPatient,
    statuses,
    summaryStatus,
    grantsAt,
    tokensOfFhir,
  }
}
