import { readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { METRIC_DIMENSIONS } from '#contract/metrics.ts'
import type { Measure } from '#core/metrics.ts'
import { alarmTopicArn } from '../../lib/monitoring/alarms.ts'
import { brokerTemplate, resourcesOf } from './broker-template.ts'

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:on-call'

const template = brokerTemplate({ alarmTopicArn: TOPIC })
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties)

/** As the functions count, one of each; a name that is missing does not compile. */
const MEASURES = {
  AddedLatency: { door: 'fhir' },
  AwsThrottles: { awsService: 'kms' },
  Dispatches: { app: 'a', outcome: 'failed' },
  Errors: { event: 'e' },
  EventsNotSent: { eventType: 'session.ended' },
  FramesWithoutCookies: { connection: 'c', outcome: 'new-window' },
  Launches: { connection: 'c', outcome: 'failed' },
  OldestDue: {},
  RefreshTakeOvers: { connection: 'c' },
  RefreshWaits: { connection: 'c' },
  Refreshes: { connection: 'c', outcome: 'granted' },
  SafetyEvents: { code: 'link_used' },
  SamlWeaknesses: { connection: 'c', reason: 'sha1' },
  SecondPathUses: { connection: 'c' },
  TokensRefused: {},
  WebhookDeliveries: { app: 'a', outcome: 'failed' },
} satisfies Record<Measure['name'], object>

describe('the alarms', () => {
  it('tell the account’s topic when they begin and when they end', () => {
    expect(alarms.length).toBeGreaterThanOrEqual(20)
    for (const { AlarmActions, OKActions } of alarms) {
      expect([AlarmActions, OKActions]).toEqual([[TOPIC], [TOPIC]])
    }
  })

  it('have each an entry in the runbook, and the runbook has no other', () => {
    const runbook = readFileSync('docs/operations.md', 'utf8')
    const [, table = ''] = /\n## Alarms\n(.*?)\n## /s.exec(runbook) ?? []
    const entries = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)

    const names = alarms.map(({ AlarmName }) => AlarmName.replace('Sallyport-', ''))
    expect(entries).toEqual(names)
  })

  it('look at metrics under all the dimensions that the functions give them', () => {
    const given = Object.entries(MEASURES).map(([name, dimensions]) => [
      name,
      Object.keys(dimensions),
    ])
    expect(Object.fromEntries(given)).toEqual(METRIC_DIMENSIONS)
  })

  it('take nothing for a topic that is none', () => {
    const topic = (alarmTopic: string) =>
      alarmTopicArn(new App({ context: { alarmTopicArn: alarmTopic } }).node)

    expect(topic(TOPIC)).toBe(TOPIC)
    expect(() => topic('on-call')).toThrow('alarmTopicArn')
    expect(() => topic('arn:aws:sqs:eu-central-1:123456789012:on-call')).toThrow('alarmTopicArn')
  })
})

describe('the dashboard', () => {
  it('is one page whose graphs do not overlap', () => {
    const [[, dashboard] = []] = resourcesOf(template, 'AWS::CloudWatch::Dashboard')
    const text = JSON.stringify(dashboard?.Properties.DashboardBody)
    const places = [...text.matchAll(/x\\*":(\d+),\\*"y\\*":(\d+)/g)].map(([, x, y]) => `${x} ${y}`)

    expect(places.length).toBeGreaterThanOrEqual(12)
    expect(new Set(places).size).toBe(places.length)
  })
})
