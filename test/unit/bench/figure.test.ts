import { describe, expect, it } from 'vitest'
import { type Figure, figureLine, isWithin } from '../../../bench/figure.ts'

const figure = (value: number, bar?: Figure['bar']): Figure => ({
  name: 'calls',
  value,
  unit: 'calls',
  ...(bar && { bar }),
})

describe('a figure', () => {
  it.each([
    [figure(4, { atMost: 4 }), true],
    [figure(4.1, { atMost: 4 }), false],
    [figure(0.9, { atLeast: 0.9 }), true],
    [figure(0.8, { atLeast: 0.9 }), false],
    [figure(7), true],
    [figure(Number.NaN, { atMost: 4 }), false],
    [figure(Number.NaN), false],
  ])('keeps to its bar, or does not: %o', (one, ok) => {
    expect(isWithin(one)).toBe(ok)
  })

  it('is one JSON object a line', () => {
    expect(JSON.parse(figureLine(figure(5, { atMost: 4 }), true))).toEqual({
      name: 'calls',
      value: 5,
      unit: 'calls',
      bar: '≤ 4',
      ok: false,
    })
    expect(JSON.parse(figureLine(figure(5), true))).toMatchObject({ bar: null, ok: true })
  })

  it('says to a person whether the bar is kept', () => {
    expect(figureLine(figure(0.66666, { atLeast: 0.5 }), false)).toBe(
      '✓ calls: 0.6667 calls (bar: ≥ 0.5)',
    )
    expect(figureLine(figure(2, { atMost: 1 }), false)).toBe('✗ calls: 2 calls (bar: ≤ 1)')
  })
})
