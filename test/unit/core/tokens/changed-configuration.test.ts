import { describe, expect, it } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { BrokerError } from '#core/errors.ts'
import type { Registration, Registry } from '#core/registry/registry.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { aConnection, aRegistration, aRegistry } from '../../../fixtures.ts'
import { tokenWorld } from '../../../support/token-world.ts'

const OVER = 3_600
const KNOWN = aRegistration().clientId

/** An instance whose configuration changes when the row has been read and the lease taken. */
async function setup(changed: Partial<Registry>) {
  const world = await tokenWorld()
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
      sent.push([String(url), form.get('client_id')])
      if (form.get('client_id') !== KNOWN) {
        return Response.json({ error: 'invalid_client' }, { status: 401 })
      }
      return Response.json({ access_token: 'access-2', token_type: 'bearer', expires_in: 3_600 })
    },
    redirectUri: 'https://api.example/redirect',
    log: world.log,
    now: world.now,
  })
  const one = world.instance({ registry, sessions, refreshGrant: grant })
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
  return { ...world, sent, served, putRight }
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
