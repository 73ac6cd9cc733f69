import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { acceptSignOn } from '#core/sign-on/accept-sign-on.ts'
import type { TicketClear } from '#core/sso/issue-ticket.ts'
import { openTicket } from '#core/sso/open-ticket.ts'
import { aConnection, anApp, aRegistry, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const browser = { cookieName: '__Host-sp-abcdefgh', cookieHash: 'hash-of-the-cookie' }

function setup() {
  const connection = aConnection({ fhirAuthority: 'none', frameAncestors: ['https://ehr.example'] })
  const tickets = memoryOneTimeStore<TicketClear>(() => NOW)
  const log = recordingLog()
  const accept = (apps = [anApp()]) =>
    acceptSignOn(
      {
        connection,
        launchId: 'abcdefgh',
        browser,
        facts: { user: { subject: 'u-1' }, patientId: 'p-1', encounter: 'e-1', order: 'o-1' },
      },
      {
        registry: aRegistry({ apps, connections: [connection] }),
        tickets,
        metrics: recordingMetrics(),
        log,
        now: () => NOW,
      },
    )
  return { accept, tickets, log }
}

describe('acceptSignOn', () => {
  it('hands over who signed on, without a session, by a ticket for this browser alone', async () => {
    const { accept, tickets } = setup()

    const { ticket, ...rest } = await accept()

    expect(rest).toEqual({ appName: 'Heartline', frameAncestors: ['https://ehr.example'] })
    await expect(openTicket(ticket.reveal(), ['another'], tickets)).rejects.toMatchObject({
      code: 'ticket_browser_mismatch',
    })
    const { handOver } = await openTicket(ticket.reveal(), [browser.cookieHash], tickets)
    expect(handOver).toEqual({
      connection: 'general-production',
      app: 'heartline',
      launchId: 'abcdefgh',
      user: { subject: 'u-1' },
      encounter: 'e-1',
      order: 'o-1',
      context: {},
      scopes: [],
    })
  })

  it('refuses a sign-on to an app that is gone', async () => {
    await expect(setup().accept([])).rejects.toMatchObject({ code: 'launch_key_unknown' })
  })
})
