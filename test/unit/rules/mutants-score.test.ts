import { describe, expect, it } from 'vitest'
import { scoreOf, scoreTable } from '../../mutants/score.ts'

const outcomes = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, () => ({ status })),
  )

describe('scoreOf', () => {
  it('counts as unnoticed what no test reaches, and not at all what was not tried', () => {
    const { noticed, unnoticed, leftOut, percent } = scoreOf(
      outcomes({ Killed: 7, Timeout: 1, Survived: 1, NoCoverage: 1, Ignored: 5, RuntimeError: 2 }),
    )

    expect({ noticed, unnoticed, leftOut, percent }).toEqual({
      noticed: 8,
      unnoticed: 2,
      leftOut: 5,
      percent: 80,
    })
  })

  it('is none where nothing was tried', () => {
    expect(scoreOf([]).percent).toBe(0)
  })
})

describe('scoreTable', () => {
  it('does not round a score up to a bar that it misses', () => {
    const table = scoreTable({ vault: scoreOf(outcomes({ Killed: 8_499, Survived: 1_501 })) })

    expect(table.split('\n').at(-1)).toBe('| `vault` | 84.9 % | 8499 | 1501 | 0 |')
  })
})
