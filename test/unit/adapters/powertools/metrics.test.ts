import { describe, expect, it, vi } from 'vitest'
import { powertoolsMetrics } from '#adapters/powertools/metrics.ts'
import type { Measure } from '#core/metrics.ts'
import { emfMeasure } from '../../../support/emf.ts'

function setup() {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text))
    return true
  })
  return { lines, metrics: powertoolsMetrics() }
}

describe('powertoolsMetrics', () => {
  it.each([
    { name: 'Launches', connection: 'general-production', outcome: 'completed' },
    { name: 'EventsNotSent', eventType: 'session.ended' },
    { name: 'TokensRefused' },
    { name: 'WebhookDeliveries', app: 'heartline', outcome: 'failed' },
  ] satisfies Measure[])('writes $name as a line of the embedded metric format', (measure) => {
    const { lines, metrics } = setup()

    metrics.add(measure)

    const { name, ...dimensions } = measure
    expect(lines.map(emfMeasure)).toEqual([{ service: 'sallyport', ...dimensions, [name]: 1 }])
  })

  it('writes how long something is overdue, and not how often', () => {
    const { lines, metrics } = setup()

    metrics.add({ name: 'OldestDue', seconds: 500 })

    expect(lines.map(emfMeasure)).toEqual([{ service: 'sallyport', OldestDue: 500 }])
  })

  it('writes how long a door held a request up', () => {
    const { lines, metrics } = setup()

    metrics.add({ name: 'AddedLatency', door: 'fhir', milliseconds: 12.3 })

    expect(lines.map(emfMeasure)).toEqual([
      { service: 'sallyport', door: 'fhir', AddedLatency: 12.3 },
    ])
  })

  it('keeps nothing of one for the next', () => {
    const { lines, metrics } = setup()

    metrics.add({ name: 'EventsNotSent', eventType: 'session.ended' })
    metrics.add({ name: 'WebhookDeliveries', app: 'heartline', outcome: 'delivered' })

    expect(emfMeasure(lines[1] ?? '')).not.toHaveProperty('eventType')
  })
})
