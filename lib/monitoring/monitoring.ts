import { Construct } from 'constructs'
import type { Watched } from './alarm-definitions.ts'
import { Alarms } from './alarms.ts'
import { BrokerDashboard } from './broker-dashboard.ts'

export interface MonitoringProps {
  /** Begins the alarms' names, and is the dashboard's. */
  readonly prefix: string
  readonly watched: Watched
  /** An SNS topic of the account, told of every alarm and of its end. @default none is told */
  readonly alarmTopicArn?: string | undefined
}

/** What tells an operator how the deployment does: alarms, and a dashboard. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, { prefix, watched, alarmTopicArn }: MonitoringProps) {
    super(scope, id)

    new Alarms(this, 'Alarms', { ...watched, prefix, topicArn: alarmTopicArn })
    new BrokerDashboard(this, 'Dashboard', { ...watched, name: prefix })
  }
}
