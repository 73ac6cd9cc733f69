import { describe, expect, it } from 'vitest'
import { countLines } from '#core/count-lines.ts'
import { recordingLog } from '../../support/recording-log.ts'
import { recordingMetrics } from '../../support/recording-metrics.ts'

function setup() {
  const log = recordingLog()
  const metrics = recordingMetrics()
  return { log, metrics, counted: countLines(log, metrics) }
}

describe('countLines', () => {
  it('writes every line as it is', () => {
    const { log, counted } = setup()
    counted.info('one')
    counted.warn('two', { code: 'link_used' })
    counted.error('three', { connection: 'c' })

    expect(log.lines).toMatchObject([
      { level: 'info', event: 'one' },
      { level: 'warn', event: 'two', fields: { code: 'link_used' } },
      { level: 'error', event: 'three', fields: { connection: 'c' } },
    ])
  })

  it('counts errors by their event, and what a defense refused by its code', () => {
    const { metrics, counted } = setup()
    counted.info('launch_begun', { code: 'link_used' })
    counted.warn('request_refused', { code: 'link_used' })
    counted.warn('request_refused', { code: 'launch_parameter_invalid' })
    counted.warn('token_refresh_failed')
    counted.error('request_failed', { code: 'upstream_refused' })

    expect(metrics.measures).toEqual([
      { name: 'SafetyEvents', code: 'link_used' },
      { name: 'Errors', event: 'request_failed' },
      { name: 'SafetyEvents', code: 'upstream_refused' },
    ])
  })
})
