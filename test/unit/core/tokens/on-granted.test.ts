import { describe, expect, it } from 'vitest'
import type { AccessTokensDeps } from '#core/tokens/access-tokens.ts'
import { tokenWorld } from '../../../support/token-world.ts'

const DUE = 3_540

/** A caller who wants to know when its renewal was granted, and what happened in which order. */
async function setup(changes: Partial<AccessTokensDeps> = {}) {
  const world = await tokenWorld()
  world.at(DUE)
  const happened: string[] = []
  const { sessions } = world
  const storeTokens: typeof sessions.storeTokens = (...written) => {
    happened.push('stored')
    return sessions.storeTokens(...written)
  }
  const instance = world.instance({ sessions: { ...sessions, storeTokens }, ...changes })
  const renew = () =>
    instance.freshAccessToken(world.session, {
      isJustRead: true,
      onGranted: () => void happened.push('granted'),
    })
  return { ...world, renew, happened }
}

describe('whoever renews a session’s tokens', () => {
  it('is told once when they are granted, before they are stored', async () => {
    const { renew, happened } = await setup()

    await renew()

    expect(happened).toEqual(['granted', 'stored'])
  })

  it('is not told where the renewal is refused', async () => {
    const { renew, happened } = await setup({ refreshGrant: async () => ({ kind: 'revoked' }) })

    await expect(renew()).rejects.toMatchObject({ code: 'session_over' })

    expect(happened).toEqual([])
  })

  it('is not told where the tokens are good', async () => {
    const { at, renew, happened } = await setup()
    at(DUE - 1)

    await renew()

    expect(happened).toEqual([])
  })
})
