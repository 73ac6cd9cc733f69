import { describe, expect, it } from 'vitest'
import { metricsInsights } from '#local/cloudwatch/metrics-insights.ts'

const point = (dimensions: Readonly<Record<string, string>>, value: number) => ({
  namespace: 'N',
  name: 'Launches',
  dimensions,
  value,
  timeMs: 0,
})
const points = [
  point({ connection: 'a', outcome: 'failed' }, 2),
  point({ connection: 'b', outcome: 'failed' }, 3),
  point({ connection: 'b', outcome: 'completed' }, 10),
  point({ outcome: 'failed' }, 100),
  { ...point({ connection: 'a', outcome: 'failed' }, 1_000), namespace: 'M' },
  { ...point({ connection: 'a', outcome: 'failed' }, 1_000), name: 'Refreshes' },
]

describe('metricsInsights', () => {
  it.each([
    ['SELECT SUM(Launches) FROM SCHEMA("N", connection, outcome)', 15],
    [`SELECT SUM(Launches) FROM SCHEMA("N", connection, outcome) WHERE outcome = 'failed'`, 5],
    [
      `SELECT MAX(Launches) FROM SCHEMA("N", outcome, connection) WHERE outcome = 'failed' AND connection = 'a'`,
      2,
    ],
    ['SELECT SUM(Launches) FROM SCHEMA("N", outcome)', 100],
    ['SELECT SUM(Launches) FROM SCHEMA("N")', undefined],
    ['SELECT SUM(Other) FROM SCHEMA("N", outcome)', undefined],
  ])('%s', (query, value) => {
    expect(metricsInsights(query)(points)).toBe(value)
  })

  it.each([
    'SELECT SUM(Launches) FROM "N"',
    'SELECT AVG(Launches) FROM SCHEMA("N", outcome)',
    `SELECT SUM(Launches) FROM SCHEMA("N", outcome) WHERE outcome != 'failed'`,
    'SELECT SUM(Launches) FROM SCHEMA("N", outcome) GROUP BY outcome',
  ])('refuses %s', (query) => {
    expect(() => metricsInsights(query)).toThrow('does not serve the metrics query')
  })
})
