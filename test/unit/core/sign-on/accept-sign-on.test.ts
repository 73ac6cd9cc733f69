import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import type { Happening } from '#core/events/broker-event.ts'
import type { LaunchClear, LaunchSecrets } from '#core/launch/pending-launch.ts'
import { bearerHash, openUnder } from '#core/launch/seal-under.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import { acceptSignOn } from '#core/sign-on/accept-sign-on.ts'
import type { TicketClear } from '#core/sso/issue-ticket.ts'
import { openTicket } from '#core/sso/open-ticket.ts'
import { aConnection, anApp, aRegistration, aRegistry, NOW } from '../../../fixtures.ts'
import { joseSigner } from '../../../support/jose-signer.ts'
import { recordingLog } from '../../../support/recording-log.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const browser = { cookieName: '__Host-sp-abcdefgh', cookieHash: 'hash-of-the-cookie' }
const noClient = {
  secrets: memorySecretReader(),
  signers: [await joseSigner('RS384')],
  egress: async () => {
    throw new Error('nothing is fetched')
  },
}
const FACTS = { user: { subject: 'u-1' }, patientId: 'p-1', encounter: 'e-1', order: 'o-1' }

function setup(overrides: Partial<Connection> = { fhirAuthority: 'none' }) {
  const connection = aConnection({ frameAncestors: ['https://ehr.example'], ...overrides })
  const tickets = memoryOneTimeStore<TicketClear>(() => NOW)
  const launches = memoryOneTimeStore<LaunchClear>(() => NOW)
  const sessions = memorySessionStore()
  const events: Happening[] = []
  const accept = (apps = [anApp()], endsAt?: number) =>
    acceptSignOn(
      {
        connection,
        launchId: 'abcdefgh',
        browser,
        facts: FACTS,
        signOnKeys: { sidKey: 'hash-of-the-sid' },
        ...(endsAt !== undefined && { endsAt }),
      },
      {
        registry: aRegistry({
          apps,
          registrations: [aRegistration()],
          connections: [connection],
        }),
        discovery: async () => ({
          issuer: 'https://login.general.example',
          authorization_endpoint: 'https://login.general.example/authorize',
          token_endpoint: 'https://login.general.example/token',
        }),
        redirectUri: 'https://broker.example/live/redirect',
        launches,
        tickets,
        createSession: sessions.create,
        ...noClient,
        events: { emit: async (event) => void events.push(event) },
        metrics: recordingMetrics(),
        log: recordingLog(),
        now: () => NOW,
      },
    )
  const handOver = async (endsAt?: number) => {
    const accepted = await accept([anApp()], endsAt)
    if (!('handOver' in accepted)) throw new Error('sent on to the EHR')
    const { ticket, ...rest } = accepted.handOver
    return { ticket: ticket.reveal(), rest }
  }
  const open = (ticket: string) => openTicket(ticket, [browser.cookieHash], tickets)
  return { accept, handOver, open, tickets, launches, sessions, events }
}

describe('acceptSignOn', () => {
  it('hands over who signed on, without a session, by a ticket for this browser alone', async () => {
    const { handOver, open, tickets, sessions } = setup()

    const { ticket, rest } = await handOver()

    expect(rest).toEqual({ appName: 'Heartline', frameAncestors: ['https://ehr.example'] })
    await expect(openTicket(ticket, ['another'], tickets)).rejects.toMatchObject({
      code: 'ticket_browser_mismatch',
    })
    expect((await open(ticket)).handOver).toEqual({
      connection: 'general-production',
      app: 'heartline',
      launchId: 'abcdefgh',
      user: { subject: 'u-1' },
      encounter: 'e-1',
      order: 'o-1',
      context: {},
      scopes: [],
    })
    expect(sessions.all()).toEqual([])
  })

  it('makes a session without tokens where FHIR is the connection’s own access', async () => {
    const scopes = ['openid', 'system/Patient.rs']
    const { handOver, open, sessions, events } = setup({ fhirAuthority: 'system', scopes })

    const { session } = (await open((await handOver()).ticket)).handOver

    const key = sessionKey(new Secret(session?.id ?? ''))
    expect(session?.endsAt).toBe(NOW + 43_200)
    expect(sessions.all()).toEqual([
      expect.objectContaining({
        id: key,
        authority: 'system',
        patient: 'p-1',
        encounter: 'e-1',
        scopes: ['system/Patient.rs'],
        sealedTokens: new Uint8Array(),
        sidKey: 'hash-of-the-sid',
        expiresAt: NOW + 43_200,
        dueAt: NOW + 3_600,
      }),
    ])
    expect(events).toEqual([expect.objectContaining({ type: 'session.created', session: key })])
  })

  it('ends that session no later than the person’s at their provider', async () => {
    const scopes = ['system/Patient.rs']
    const { handOver, open } = setup({ fhirAuthority: 'system', scopes })

    expect((await open((await handOver(NOW + 600)).ticket)).handOver.session?.endsAt).toBe(
      NOW + 600,
    )
  })

  it('has the browser go to the EHR where the person’s own access is wanted, and remembers who', async () => {
    const { accept, launches, sessions } = setup({ fhirAuthority: 'user' })

    const accepted = await accept()

    if (!('authorization' in accepted)) throw new Error('not sent on')
    const { url, binding } = accepted.authorization
    const { scope, state = '', ...asked } = Object.fromEntries(url.searchParams)
    expect(scope?.split(' ')).toEqual(expect.arrayContaining(['launch/patient', 'patient/*.rs']))
    expect(asked).not.toHaveProperty('launch')
    const taken = await launches.take(bearerHash(new Secret(state)), {
      nonce: 'n',
      cookieHashes: [binding?.cookieHash ?? ''],
    })
    if (!('record' in taken)) throw new Error(taken.refused)
    const secrets = openUnder(new Secret(state), 'launch', taken.record.sealed) as LaunchSecrets
    expect(secrets.signedOn).toEqual(FACTS)
    expect(JSON.stringify(taken.record.clear)).not.toContain('u-1')
    expect(sessions.all()).toEqual([])
  })

  it('refuses a sign-on to an app that is gone', async () => {
    await expect(setup().accept([])).rejects.toMatchObject({ code: 'launch_key_unknown' })
  })
})
