import { describe, expect, it } from 'vitest'
import { NOW } from '../../../fixtures.ts'
import {
  attempt,
  ENDS,
  failing,
  granted,
  is,
  ours,
  read,
  walk,
} from '../../../support/renewal/walk.ts'

const found = (tokenVersion: number) => ({ is: 'found', tokenVersion }) as const
const answered = (kind: 'unavailable' | 'client_refused') =>
  ({ is: 'answered', answer: { kind } }) as const

/** Who takes over an attempt that another left, where the server is not known to revoke for reuse. */
const takingOver = [
  read({ attempt }, { reuse: 'tolerated' }),
  is('nothing'),
  is('admitted'),
  is('acquired'),
]

describe('tokens on the second path', () => {
  it.each([1, 3])('of version %i are not for a row of version 1', (version) => {
    const early = walk([read({ attempt }), found(version), is('acquired')])
    const underLease = walk([...takingOver, found(version)])

    expect(early.did).toEqual(['read', 'find', 'acquire', 'find'])
    expect(underLease.last?.do).toBe('redeem')
  })

  it('that are found under the lease are stored by who took over, and presented for no more', () => {
    const { last, notes } = walk([...takingOver, found(2), is('written')])

    expect(last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(notes).toEqual([{ note: 'recovered' }])
  })

  it('are not put there again by who found them there and cannot write the row', () => {
    const { did, last, notes } = walk([...takingOver, found(2), ...failing(6).flat(), is('failed')])

    expect(did).not.toContain('rescue')
    expect(last).toEqual({ do: 'serve', tokens: 'in-hand' })
    expect(notes).toEqual([{ note: 'abandoned', owner: 'flight.1' }])
  })

  it('are looked for again where the attempt is another by now', () => {
    const other = { ...attempt, id: 'other' }
    const { last } = walk([
      read({ attempt }),
      is('nothing'),
      is('refused'),
      is('slept'),
      read({ attempt: other }),
    ])

    expect(last).toEqual({ do: 'find', attempt: 'other' })
  })

  it('out of reach under the lease, have the row tried to be left as it was for four seconds', () => {
    const undoing = [read({ attempt }), is('nothing'), is('acquired'), is('failed'), is('failed')]

    expect(walk(undoing).last?.do).toBe('sleep')
    expect(walk([...undoing, is('slept')]).last?.do).toBe('release')
  })
})

describe('a renewal that got no tokens into the row', () => {
  it('serves what the row has where that is settled without it', () => {
    const fenced = [read(), is('admitted'), is('acquired'), granted, is('refused')]

    expect(walk([...fenced, read()]).last).toEqual({ do: 'serve', tokens: 'read' })
  })

  it.each(['unavailable', 'client_refused'] as const)(
    'does not present again when it was %s, though the pause is over when it reads the row',
    (kind) => {
      const presented = [read(), is('admitted'), is('acquired'), answered(kind), is('written')]
      const { last, notes } = walk([...presented, read({ nextAttemptAt: NOW })], { from: ENDS })

      expect(last).toEqual({ do: 'refuse', code: 'upstream_unavailable', retryAfterSeconds: 1 })
      expect(notes).toEqual([])
    },
  )
})

describe('a lease of which it is not known whether it was taken', () => {
  const refused = [read(), is('admitted'), is('failed'), is('refused')]

  it('has nobody else’s attempt retracted, which may have been presented for', () => {
    expect(walk([...refused, read({ attempt })]).last).toEqual({ do: 'find', attempt: 'before' })
    expect(walk([...refused, read()]).last?.do).toBe('admit')
  })

  it('has, once it is freed, what is good served, and nothing told', () => {
    const { last, notes } = walk([read(), is('admitted'), is('failed'), is('written')])

    expect({ last, notes }).toEqual({ last: { do: 'serve', tokens: 'read' }, notes: [] })
  })

  it('is not retracted in a session that has ended meanwhile: nothing makes it active again', () => {
    const { last } = walk([...refused, read({ status: 'ending', attempt: ours })])

    expect(last).toEqual({ do: 'refuse', code: 'session_over' })
  })
})
