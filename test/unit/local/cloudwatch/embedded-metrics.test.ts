import { describe, expect, it } from 'vitest'
import { embeddedMetrics } from '#local/cloudwatch/embedded-metrics.ts'

const line = (more: object) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        { Namespace: 'N', Dimensions: [['service'], ['service', 'app']], Metrics: [{ Name: 'M' }] },
      ],
    },
    service: 's',
    app: 'a',
    ...more,
  })

describe('embeddedMetrics', () => {
  it('reads a value under each of its sets of dimensions', () => {
    expect(embeddedMetrics(line({ M: [2, 3] }))).toEqual([
      { namespace: 'N', name: 'M', dimensions: { service: 's' }, value: 2 },
      { namespace: 'N', name: 'M', dimensions: { service: 's' }, value: 3 },
      { namespace: 'N', name: 'M', dimensions: { service: 's', app: 'a' }, value: 2 },
      { namespace: 'N', name: 'M', dimensions: { service: 's', app: 'a' }, value: 3 },
    ])
  })

  it.each(['', 'plain text', '{"level":"INFO"}', '{"_aws":', '{"_aws":{}}', line({ M: 'two' })])(
    'reads nothing in %j',
    (text) => {
      expect(embeddedMetrics(text)).toEqual([])
    },
  )
})
