import { describe, expect, it } from 'vitest'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { memoryTokenVault } from '#adapters/memory/token-vault.ts'
import { createSession } from '#core/redirect/create-session.ts'
import type { TakenLaunch } from '#core/redirect/take-launch.ts'
import { Secret } from '#core/secret.ts'
import { aConnection, NOW } from '../../../fixtures.ts'

/** The session of a grant whose access token lives so long. */
async function setup(lifeSeconds: number, refreshToken?: Secret) {
  const sessions = memorySessionStore()
  const launch = {
    tokenEndpoint: 'https://login.general.example/token',
    issuer: 'https://login.general.example',
  } as TakenLaunch
  const grant = {
    accessToken: new Secret('access'),
    ...(refreshToken && { refreshToken }),
    issuedAt: NOW,
    expiresAt: NOW + lifeSeconds,
    scopes: ['openid'],
    context: {},
  }
  const deps = { sessions, vault: memoryTokenVault(), now: () => NOW }
  const { session } = await createSession(launch, aConnection(), grant, 'user-1', deps)
  return sessions.read(session.id)
}

describe('createSession', () => {
  it('has tokens renewed ahead, a minute before their end', async () => {
    expect(await setup(180, new Secret('refresh'))).toMatchObject({
      renewAhead: true,
      refreshDueAt: NOW + 120,
    })
  })

  it('leaves tokens that live under three minutes to who asks for them', async () => {
    const session = await setup(179, new Secret('refresh'))

    expect([session?.renewAhead, session?.refreshDueAt]).toEqual([undefined, NOW + 119])
  })

  it('is due at its own end, if that comes before its tokens’', async () => {
    expect(await setup(86_400, new Secret('refresh'))).toMatchObject({
      renewAhead: true,
      refreshDueAt: NOW + 43_200,
    })
  })

  it('leaves tokens that cannot be renewed', async () => {
    const session = await setup(3_600)

    expect([session?.renewAhead, session?.expiresAt]).toEqual([undefined, NOW + 3_600])
  })
})
