import { App } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { alarmTopicArn } from '../../lib/constructs/alarms.ts'
import { brokerTemplate, resourcesOf } from './broker-template.ts'

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:on-call'

describe('an alarm', () => {
  it('is raised by the first sealed tokens that are refused, and tells the account’s topic', () => {
    const alarms = resourcesOf(brokerTemplate({ alarmTopicArn: TOPIC }), 'AWS::CloudWatch::Alarm')

    expect(alarms.map(([, { Properties }]) => Properties)).toEqual([
      {
        AlarmName: 'Sallyport-tokens-refused',
        AlarmDescription: expect.stringContaining('docs/operations.md'),
        Namespace: 'Sallyport',
        MetricName: 'TokensRefused',
        Dimensions: [{ Name: 'service', Value: 'sallyport' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [TOPIC],
        OKActions: [TOPIC],
      },
    ])
  })

  it('takes nothing for a topic that is none', () => {
    const topic = (alarmTopic: string) =>
      alarmTopicArn(new App({ context: { alarmTopicArn: alarmTopic } }).node)

    expect(topic(TOPIC)).toBe(TOPIC)
    expect(() => topic('on-call')).toThrow('alarmTopicArn')
    expect(() => topic('arn:aws:sqs:eu-central-1:123456789012:on-call')).toThrow('alarmTopicArn')
  })
})
