import { describe, expect, it } from 'vitest'
import { workDueSession } from '#core/refresher/work-due-session.ts'
import { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import type { Revocation } from '#core/tokens/revoke-tokens.ts'
import { NOW } from '../../../fixtures.ts'
import { refresherWorld } from '../../../support/refresher-world.ts'

const IDLE = { lastUsedAt: NOW - 3_600 } as const
const ENDING = { status: 'ending' } as const
const lease = { owner: 'holder', until: NOW + 20 }
const attempt = { id: 'attempt-1', startedAt: NOW, phase: 'redeeming' } as const

async function setup(row: Partial<Session>, outcome: Revocation['outcome'] = 'revoked') {
  const world = await refresherWorld([{ id: 'a-1', ...row }], () => ({ outcome, detail: {} }))
  const work = (changes: Partial<typeof world.deps> = {}) =>
    workDueSession({ id: 'a-1', dueAt: NOW }, () => 90_000, { ...world.deps, ...changes })
  const events = () => world.log.lines.map(({ event, fields }) => [event, fields.reason])
  /** Tokens of the next version, as a renewal would store them. */
  const renewed = async () => {
    const { vault, session } = world
    const { id, connection, sealedTokens, tokenVersion } = session
    const tokens = await vault.open(sealedTokens, { session: id, connection, tokenVersion })
    const newer = { ...tokens, refreshToken: new Secret('refresh-2') }
    return {
      sealedTokens: await vault.seal(newer, { session: 'a-1', connection, tokenVersion: 2 }),
      tokenVersion: 2,
      accessTokenExpiresAt: NOW + 3_600,
      refreshDueAt: NOW + 3_540,
      scopes: [],
    }
  }
  return { ...world, work, events, renewed, row: () => world.sessions.read('a-1') }
}

describe('a session that is over', () => {
  it.each([
    ['idle', IDLE],
    ['absolute_end', { expiresAt: NOW }],
  ])('is marked, its tokens revoked and its row removed: %s', async (reason, over) => {
    const { work, row, revoked, events, told, session } = await setup(over)

    expect(await work()).toBe('ended')

    expect([await row(), revoked]).toEqual([undefined, ['refresh-1']])
    const { app, connection } = session
    expect(told).toEqual([{ type: 'session.ended', app, connection, session: 'a-1', reason }])
    expect(events()).toEqual([
      ['session_ended', reason],
      ['session_tokens_revoked', undefined],
    ])
  })

  it('is left when it was used since it was read', async () => {
    const { work, row, revoked, sessions, told } = await setup(IDLE)
    const read = async (id: string) => {
      const before = await sessions.read(id)
      await sessions.touch(id, NOW)
      return before
    }

    expect(await work({ sessions: { ...sessions, read } })).toBe('left')

    expect([revoked, told]).toEqual([[], []])
    expect(await row()).toMatchObject({ status: 'active', lastUsedAt: NOW })
  })

  it.each([
    ['not_offered', 'info'],
    ['refused', 'warn'],
  ] as const)('is removed at once where revoking is %s', async (outcome, level) => {
    const { work, row, log } = await setup(ENDING, outcome)

    expect(await work()).toBe('ended')

    expect(await row()).toBeUndefined()
    expect(log.lines).toMatchObject([{ event: 'session_tokens_not_revoked', level }])
  })

  it('stays over, and is tried once in each run for ten minutes, where revoking fails', async () => {
    const { work, row, revoked, at } = await setup(ENDING, 'failed')

    for (let minute = 0; minute < 10; minute += 1) {
      at(60 * minute)
      expect(await work()).toBe('failed')
      expect(await row()).toMatchObject({ status: 'ending', renewAhead: true })
    }
    at(600)
    expect(await work()).toBe('ended')

    expect(await row()).toBeUndefined()
    expect(revoked).toHaveLength(11)
  })

  it('is tried once before it is given up, however late', async () => {
    const { work, revoked, row, at } = await setup(ENDING, 'failed')
    at(7_200)

    expect(await work()).toBe('ended')

    expect([revoked.length, await row()]).toEqual([1, undefined])
  })

  it('is removed in the end though its tokens cannot be opened', async () => {
    const { work, row, revoked, at } = await setup({ ...ENDING, tokenVersion: 1 })
    const vault = { open: () => Promise.reject(new Error('no key')) }

    expect(await work({ vault })).toBe('failed')
    expect(await row()).toMatchObject(ENDING)
    at(600)
    expect(await work({ vault })).toBe('ended')

    expect([await row(), revoked]).toEqual([undefined, []])
  })

  it('waits for whoever renews it, so that the newest tokens are revoked', async () => {
    const { work, row, revoked, sessions, renewed } = await setup({
      ...ENDING,
      fence: 1,
      lease,
      attempt,
    })
    expect(await work()).toBe('left')

    const guard = { fence: 1, owner: 'holder' }
    await sessions.storeTokens('a-1', guard, await renewed())
    expect(await work()).toBe('ended')

    expect([await row(), revoked]).toEqual([undefined, ['refresh-2']])
  })

  it.each([
    ['ending', ENDING],
    ['idle', IDLE],
  ])('does not wait for a holder that is dead: %s', async (_, over) => {
    const { work, row, revoked, at } = await setup({ ...over, fence: 1, lease, attempt })
    expect(await work()).toBe('left')
    at(60)

    expect(await work()).toBe('ended')

    expect([await row(), revoked]).toEqual([undefined, ['refresh-1']])
  })

  it('has the tokens revoked that a renewal could only put on the second path', async () => {
    const { work, revoked, rescue, renewed } = await setup({ ...ENDING, attempt })
    await rescue.put('a-1', attempt.id, await renewed())

    expect(await work()).toBe('ended')

    expect(revoked).toEqual(['refresh-2'])
  })

  it('is not removed with tokens that were stored while the older ones were revoked', async () => {
    const { work, row, sessions, renewed } = await setup(ENDING)

    await work({
      revokeTokens: async () => {
        const current = await row()
        if (current) sessions.put({ ...current, ...(await renewed()), refreshDueAt: NOW })
        return { outcome: 'revoked', detail: {} }
      },
    })

    expect(await row()).toMatchObject({ status: 'ending', tokenVersion: 2 })
  })
})
