import { describe, expect, it } from 'vitest'
import type { Session } from '#core/session/session-store.ts'
import { nextRenewal } from '#core/tokens/next-renewal.ts'
import { NOW } from '../../../fixtures.ts'
import {
  attempt,
  DUE,
  ENDS,
  failing,
  granted,
  is,
  lease,
  ours,
  read,
  walk,
} from '../../../support/renewal/walk.ts'

describe('a renewal', () => {
  it('journals what it is for with the lease, then presents, and stores under the lease', () => {
    const { did, at, last, notes } = walk([
      read(),
      is('admitted'),
      is('acquired'),
      granted,
      is('written'),
    ])

    expect(did).toEqual(['read', 'admit', 'acquire', 'redeem', 'store', 'serve'])
    expect(at(2)).toEqual({
      do: 'acquire',
      fence: 4,
      lease: { owner: 'flight.1', until: DUE + 1 + 20 },
      attempt: { id: 'flight.1', startedAt: DUE + 1, phase: 'redeeming' },
    })
    expect(at(3)).toEqual({ do: 'redeem', withinMs: 7_000 })
    expect(at(4)).toEqual({ do: 'store', guard: { fence: 5, owner: 'flight.1' } })
    expect(last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(notes).toEqual([{ note: 'renewed', purpose: 'renew', startedMs: 1_000 }])
  })

  it('takes a dead holder’s lease by its owner, and its attempt over', () => {
    const dead = { lease: { owner: 'dead', until: DUE - 400 }, attempt }
    const { at, did } = walk([
      read(dead, { leaseDead: true, reuse: 'tolerated' }),
      is('nothing'),
      is('admitted'),
      is('acquired'),
      is('nothing'),
    ])

    expect(did).toEqual(['read', 'find', 'admit', 'acquire', 'find', 'redeem'])
    expect(at(1)).toEqual({ do: 'find', attempt: 'before' })
    expect(at(3)).toMatchObject({
      deadOwner: 'dead',
      attempt: { ...attempt, phase: 'taking-over' },
    })
  })

  it('takes no step when it is finished', () => {
    const { state } = walk([{ is: 'gone' }])

    expect(state && (() => nextRenewal(state, is('slept'), { now: 0, ms: 0, random: 0 }))).toThrow(
      TypeError,
    )
  })

  it('fails where the row cannot be read', () => {
    expect(walk([is('failed')]).last).toEqual({ do: 'fail' })
  })

  it('serves a good token while the token endpoint is spared, and else says for how long', () => {
    const held = { is: 'held-off', retryAfterSeconds: 7 } as const

    expect(walk([read(), held])).toMatchObject({ last: { do: 'serve', tokens: 'read' }, notes: [] })
    expect(walk([read(), held], { from: ENDS }).last).toEqual({
      do: 'refuse',
      code: 'upstream_unavailable',
      retryAfterSeconds: 7,
    })
    expect(walk([read(), is('failed')], { from: ENDS }).last).toEqual({ do: 'fail' })
  })

  it('waits for who was quicker to take the lease', () => {
    expect(walk([read(), is('admitted'), is('refused')]).last?.do).toBe('sleep')
  })

  it('takes an answer that is none for one that leaves all in doubt', () => {
    const { last } = walk([read(), is('admitted'), is('acquired'), is('failed')])

    expect(last).toMatchObject({
      do: 'release',
      outcome: { status: 'active', attempt: { phase: 'unresolved' } },
    })
  })
})

describe('the second path', () => {
  it('is looked at before anything is done about an attempt; out of reach, what is good is served', () => {
    expect(walk([read({ attempt }), is('failed')]).last).toEqual({ do: 'serve', tokens: 'read' })
    expect(walk([read({ attempt }), is('failed')], { from: ENDS }).last).toEqual({ do: 'fail' })
  })

  it('brings tokens into the row, under a lease that leaves the attempt as it is', () => {
    const found = { is: 'found', tokenVersion: 2 } as const
    const { did, at, notes } = walk([read({ attempt }), found, is('acquired'), is('written')])

    expect(did).toEqual(['read', 'find', 'acquire', 'store', 'serve'])
    expect(at(2)).toMatchObject({ attempt })
    expect(notes).toEqual([{ note: 'recovered' }])
  })

  it('keeps what came from it, where the row cannot be written: it is served, and stays there', () => {
    const found = { is: 'found', tokenVersion: 2 } as const
    const { last, notes } = walk([
      read({ attempt }),
      found,
      is('acquired'),
      ...failing(7).flat(),
      is('failed'),
    ])

    expect(last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(notes).toEqual([{ note: 'abandoned', owner: 'flight.1' }])
  })

  it('out of reach under the lease, leaves the row as it was', () => {
    const before = { attempt, failures: 2, nextAttemptAt: NOW }
    const { did, at, last } = walk([
      read(before),
      is('nothing'),
      is('acquired'),
      is('failed'),
      is('written'),
    ])

    expect(did).toEqual(['read', 'find', 'acquire', 'find', 'release', 'serve'])
    expect(at(4)).toEqual({
      do: 'release',
      guard: { fence: 5, owner: 'flight.1' },
      outcome: { status: 'active', failures: 2, nextAttemptAt: NOW, attempt },
    })
    expect(last).toEqual({ do: 'serve', tokens: 'read' })
  })

  it('takes the new tokens within nineteen seconds where the row cannot be written, and is told', () => {
    const taken = [read(), is('admitted'), is('acquired'), granted]
    const { last, notes } = walk([...taken, ...failing(6).flat(), is('failed')])
    const rescued = walk([...taken, ...failing(6).flat(), is('failed'), is('written')])
    const lost = walk([
      ...taken,
      ...failing(6).flat(),
      is('failed'),
      ...failing(2).flat(),
      is('failed'),
    ])

    expect(last).toEqual({ do: 'rescue', attempt: 'flight.1' })
    expect(notes).toEqual([{ note: 'abandoned', owner: 'flight.1' }])
    expect(rescued.last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(rescued.notes.at(-1)).toEqual({ note: 'rescued' })
    expect(lost.last).toEqual({ do: 'fail', reason: 'tokens_not_stored' })
    expect(lost.notes.at(-1)).toEqual({ note: 'lost' })
  })
})

describe('a lease of which it is not known whether it was taken', () => {
  const asked = [read({ failures: 1 }), is('admitted'), is('failed')]

  it('is freed, with nothing left in the row of what was not presented', () => {
    const { at, last } = walk([...asked, is('written')])

    expect(at(3)).toEqual({
      do: 'release',
      guard: { fence: 5, owner: 'flight.1' },
      outcome: { status: 'active', failures: 1 },
    })
    expect(last).toEqual({ do: 'serve', tokens: 'read' })
  })

  it('is tried to be freed for four seconds', () => {
    const tried = [...asked, ...failing(1).flat(), is('failed')]

    expect(walk(tried).last?.do).toBe('sleep')
    expect(walk([...tried, is('slept')]).last?.do).toBe('release')
    expect(walk([...tried, is('slept'), is('failed')], { from: ENDS }).last).toEqual({ do: 'fail' })
  })

  it('that is written late is retracted once its length is over, and the token presented then', () => {
    const late = { lease, attempt: ours }
    const { did, at, last } = walk([
      ...asked,
      is('refused'),
      read(late),
      is('slept'),
      read(late, { leaseDead: true }),
      is('acquired'),
      is('written'),
      read(),
      is('admitted'),
    ])

    expect(did.slice(3)).toEqual([
      'release',
      'read',
      'sleep',
      'read',
      'acquire',
      'release',
      'read',
      'admit',
      'acquire',
    ])
    expect(at(7)).toMatchObject({ attempt: ours, deadOwner: 'flight.1' })
    expect(at(8)).toEqual({
      do: 'release',
      guard: { fence: 5, owner: 'flight.2' },
      outcome: { status: 'active', failures: 0 },
    })
    expect(last).toMatchObject({ attempt: { id: 'flight.3', phase: 'redeeming' } })
  })

  it('is retracted though somebody said that nobody presents it, but not where somebody may have', () => {
    const marked = { attempt: { ...ours, phase: 'unresolved' as const } }

    expect(walk([...asked, is('refused'), read(marked)]).last?.do).toBe('acquire')
    expect(walk([...asked, is('refused'), read(marked, { reuse: 'tolerated' })]).last?.do).toBe(
      'find',
    )
    const taken = { attempt: { ...ours, phase: 'taking-over' as const } }
    expect(walk([...asked, is('refused'), read(taken)]).last?.do).toBe('find')
  })
})

describe('a lease that was asked for and failed, of an attempt that was there before', () => {
  it('leaves that as it was, and is not taken for an attempt of our own', () => {
    const before = read({ attempt }, { reuse: 'tolerated' })
    const tolerant = [before, is('nothing'), is('admitted'), is('failed')]

    expect(walk(tolerant).last).toMatchObject({ do: 'release', outcome: { attempt } })
    expect(walk([...tolerant, is('refused')]).last).toEqual({ do: 'serve', tokens: 'read' })
  })

  it('is read about again where it was to retract one of our own', () => {
    const late = { lease, attempt: ours }
    const retracting = [read(), is('admitted'), is('failed'), is('refused')]
    const dead = read(late, { leaseDead: true })

    expect(walk([...retracting, dead, is('failed'), is('written')]).did.slice(5)).toEqual([
      'acquire',
      'release',
      'read',
    ])
  })

  it('gives tokens in hand to the second path before all else', () => {
    const fenced = [read(), is('admitted'), is('acquired'), granted, is('refused')]
    const adopting = [...fenced, read({ attempt: ours }), is('failed')]

    for (const end of [is('written'), is('refused')]) {
      expect(walk([...adopting, end]).last).toEqual({ do: 'rescue', attempt: 'flight.1' })
    }
  })
})

describe('who lost the lease', () => {
  const fenced = [read(), is('admitted'), is('acquired'), granted, is('refused')]

  it('stores all the same where its attempt still stands and nobody holds the row', () => {
    const { did, notes, last } = walk([
      ...fenced,
      read({ attempt: ours }),
      is('acquired'),
      is('written'),
    ])

    expect(did.slice(5)).toEqual(['read', 'acquire', 'store', 'serve'])
    expect(last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(notes).toEqual([{ note: 'fenced' }, { note: 'recovered' }])
  })

  it.each<[string, Partial<Session>, string]>([
    ['waits while somebody holds it', { attempt: ours, lease }, 'sleep'],
    ['drops its tokens where others are newer', { tokenVersion: 2, attempt: ours }, 'find'],
    ['drops its tokens where the attempt is another’s', { attempt }, 'find'],
    ['drops its tokens where the session is over', { attempt: ours, status: 'ending' }, 'refuse'],
  ])('%s', (_, changes, next) => {
    expect(walk([...fenced, read(changes)]).last?.do).toBe(next)
  })

  it('puts its tokens on the second path where the row cannot be read', () => {
    const { last, notes } = walk([...fenced, is('failed')])

    expect(last).toEqual({ do: 'rescue', attempt: 'flight.1' })
    expect(notes).toEqual([{ note: 'fenced' }])
  })
})

describe('a lease that cannot be freed', () => {
  const refused = { is: 'answered', answer: { kind: 'unavailable' } } as const
  const taken = [read(), is('admitted'), is('acquired'), refused]

  it('is tried until fifteen seconds after it was taken; then others of the instance know of it', () => {
    const { did, last, notes } = walk([...taken, ...failing(6).flat(), is('failed')])

    expect(did.filter((one) => one === 'release')).toHaveLength(7)
    expect(last).toEqual({ do: 'serve', tokens: 'read' })
    expect(notes).toEqual([{ note: 'abandoned', owner: 'flight.1' }])
    expect(walk([...taken, ...failing(6).flat(), is('failed')], { from: ENDS }).last).toEqual({
      do: 'fail',
      reason: 'lease_not_released',
    })
  })

  it('is read about where somebody took it over', () => {
    expect(walk([...taken, is('refused')])).toMatchObject({ last: { do: 'read' }, notes: [] })
  })
})
