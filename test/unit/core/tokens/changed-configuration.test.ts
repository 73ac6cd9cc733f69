import { describe, expect, it } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { BrokerError } from '#core/errors.ts'
import type { Registration, Registry } from '#core/registry/registry.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { type RefreshEvent, silentRefreshObserver } from '#core/tokens/refresh-observer.ts'
import { aConnection, aRegistration, aRegistry } from '../../../fixtures.ts'
import { tokenWorld } from '../../../support/token-world.ts'

const OVER = 3_600
const KNOWN = aRegistration().clientId
const OTHER = 'another-client'

/**
 * An instance whose configuration changes when the row has been read and the lease taken.
 *
 * @param clientId to which the tokens were issued, where the session knows it
 * @param clients that the authorization server knows
 */
async function setup(
  changed: Partial<Registry>,
  { clientId, clients = [KNOWN] }: { readonly clientId?: string; readonly clients?: string[] } = {},
) {
  const world = await tokenWorld(clientId === undefined ? {} : { clientId })
  const before = aRegistry({ connections: [aConnection()], registrations: [aRegistration()] })
  const configured = { as: before }
  const registry: Registry = {
    ...before,
    findConnection: (id) => configured.as.findConnection(id),
    findRegistration: (id) => configured.as.findRegistration(id),
  }
  const sessions: SessionStore = {
    ...world.sessions,
    async acquireLease(...request) {
      const held = await world.sessions.acquireLease(...request)
      configured.as = { ...before, ...changed }
      return held
    },
  }
  const sent: [string, string | null][] = []
  const grant = refreshGrant({
    registry,
    secrets: memorySecretReader(),
    signers: [],
    async egress(url, init) {
      const form = new URLSearchParams(String(init?.body))
      const client = form.get('client_id')
      sent.push([String(url), client])
      if (client === null || !clients.includes(client)) {
        return Response.json({ error: 'invalid_client' }, { status: 401 })
      }
      // RFC 6749 §5.2: it was issued to another client.
      if (client !== KNOWN) return Response.json({ error: 'invalid_grant' }, { status: 400 })
      return Response.json({ access_token: 'access-2', token_type: 'bearer', expires_in: 3_600 })
    },
    redirectUri: 'https://api.example/redirect',
    log: world.log,
    now: world.now,
  })
  const told: RefreshEvent[] = []
  const observer = {
    ...silentRefreshObserver,
    tell: async (it: RefreshEvent) => void told.push(it),
  }
  const one = world.instance({ registry, sessions, refreshGrant: grant, observer })
  const served = () =>
    one.freshAccessToken(world.session).then(
      ({ accessToken }) => accessToken.reveal(),
      (error: unknown) => BrokerError.from(error).code,
    )
  /** The operator puts it right, and the pauses pass. */
  const putRight = () => {
    Object.assign(changed, before)
    configured.as = before
    world.at(OVER + 600)
  }
  world.at(OVER)
  return { ...world, sent, served, told, putRight }
}

const registered = (registration: Registration | undefined): Partial<Registry> => ({
  findRegistration: async () => registration,
})

describe('a configuration that changes between reading a session and presenting its token', () => {
  it.each([
    ['the registration is gone', registered(undefined)],
    ['its client is another', registered(aRegistration({ clientId: 'mistyped' }))],
  ])('costs no session where %s: it goes on when that is put right', async (_, changed) => {
    const { served, row, putRight } = await setup(changed)

    expect(await served()).toBe('upstream_unavailable')
    expect(await row()).toMatchObject({ status: 'active', tokenVersion: 1, failures: 1 })
    expect(await row()).not.toHaveProperty('attempt')
    putRight()

    expect(await served()).toBe('access-2')
    expect(await row()).toMatchObject({ status: 'active', tokenVersion: 2, failures: 0 })
  })

  it('has the token presented by the client it was issued to, where the registration names another that is as good', async () => {
    const { served, sent, row, told, putRight } = await setup(
      registered(aRegistration({ clientId: OTHER })),
      { clientId: KNOWN, clients: [KNOWN, OTHER] },
    )

    expect(await served()).toBe('access-2')
    expect(sent).toEqual([['https://login.general.example/token', KNOWN]])
    expect(told.map(({ event }) => event)).toEqual(['session.refreshed'])
    putRight()
    expect(await row()).toMatchObject({ status: 'active', tokenVersion: 2 })
  })

  it('has the person sign on again where the server knows that client no more, and pauses nobody else', async () => {
    const { served, sent, row, told, log } = await setup(
      registered(aRegistration({ clientId: OTHER })),
      { clientId: KNOWN, clients: [OTHER] },
    )

    expect(await served()).toBe('session_over')
    expect(sent).toEqual([['https://login.general.example/token', KNOWN]])
    expect(await row()).toMatchObject({ status: 'reauthorization-required' })
    // A connection that fails is another matter: its new sessions are its new client's.
    expect(told).toMatchObject([
      { event: 'session.reauthorization-required', reason: 'invalid_grant' },
    ])
    expect(log.lines.map(({ event }) => event)).toEqual([
      'token_client_gone',
      'session_reauthorization_required',
    ])
  })

  it('has the token sent where its launch pinned it, though the connection names another server now', async () => {
    const moved = aConnection({
      fhirBaseUrl: 'https://fhir.elsewhere.example/r4',
      issuer: 'https://fhir.elsewhere.example/r4',
    })
    const { served, sent } = await setup({ findConnection: async () => moved })

    expect(await served()).toBe('access-2')
    expect(sent).toEqual([['https://login.general.example/token', KNOWN]])
  })
})
