import { describe, expect, it } from 'vitest'
import { metricMath } from '#local/cloudwatch/metric-math.ts'

const values: Readonly<Record<string, number>> = { m1: 6, m2: 3, zero: 0 }
const evaluate = (expression: string) => metricMath(expression)((id) => values[id])

describe('metricMath', () => {
  it.each([
    ['m1', 6],
    ['m1 + m2 * 2', 12],
    ['(m1 + m2) * 2', 18],
    ['m1 - m2 - 1', 2],
    ['m1 / m2', 2],
    ['m1 >= 6', 1],
    ['m1 < m2 + 3', 0],
    ['IF(m2 >= 20, m1 / m2, 0)', 0],
    ['IF(m2 == 3, m1 / m2, 0)', 2],
    ['FILL(absent, 0) + FILL(m2, 0)', 3],
    ['FILL(absent, 0.5)', 0.5],
  ])('%s is %d', (expression, value) => {
    expect(evaluate(expression)).toBe(value)
  })

  it.each(['absent', 'absent + m1', 'IF(absent > 1, m1, m2)'])('%s has no data', (expression) => {
    expect(evaluate(expression)).toBeUndefined()
  })

  it.each([
    '',
    'm1 +',
    'm1 m2',
    '(m1',
    'IF(m1, m2)',
    'ANOMALY_DETECTION_BAND(m1, 2)',
    'M1',
    'm1 & m2',
    'm1,',
  ])('refuses %j', (expression) => {
    expect(() => evaluate(expression)).toThrow('does not serve the metric math')
  })
})
