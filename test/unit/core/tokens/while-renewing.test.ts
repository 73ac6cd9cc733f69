import { describe, expect, it } from 'vitest'
import { tokenWorld } from '../../../support/token-world.ts'

const DUE = 3_540

/** Whoever waits for a session's token, and what it was given to wait for. */
async function setup() {
  const world = await tokenWorld()
  const renewals: Promise<unknown>[] = []
  const whileRenewing = <Renewed>(renewal: Promise<Renewed>) => {
    renewals.push(renewal)
    return renewal
  }
  const instance = world.instance()
  const served = async () => {
    const { accessToken } = await instance.freshAccessToken(world.session, { whileRenewing })
    return accessToken.reveal()
  }
  return { ...world, renewals, served }
}

describe('who waits for a session’s token', () => {
  it('is given the renewal to wait for, its own or another’s', async () => {
    const { at, served, renewals, server } = await setup()
    at(DUE)
    expect(await Promise.all([served(), served()])).toEqual(['access-2', 'access-2'])
    expect(server.presented).toEqual(['refresh-1'])
    expect(renewals).toHaveLength(2)
  })

  it('is given none where the token is good', async () => {
    const { at, served, renewals } = await setup()
    at(DUE - 1)
    expect(await served()).toBe('access-1')
    expect(renewals).toEqual([])
  })
})
