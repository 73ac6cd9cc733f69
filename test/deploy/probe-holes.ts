import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { send } from '../support/send.ts'
import { type Emulator, REGION } from './emulator.ts'
import type { HoleId } from './holes.ts'
import { probeStack } from './probe-stack.ts'
import { ECHO_API, METRIC_MATH_ALARM } from './probe-templates.ts'

/**
 * Asks the emulator again for what it could not do; what it answers, by the hole.
 *
 * @param deployUnchanged what the CDK says that is asked to deploy what was synthesized
 */
export async function probeHoles(
  emulator: Emulator,
  deployUnchanged: () => Promise<string>,
): Promise<Readonly<Record<HoleId, string>>> {
  const alarm = await probeStack(emulator, 'ProbeAlarm', METRIC_MATH_ALARM)
  const { outputs } = await probeStack(emulator, 'ProbeApi', ECHO_API)
  const id = outputs['ApiId'] ?? ''
  const api = `${emulator.endpoint}/_aws/execute-api/${id}/live`
  const streamed = await fetch(`${api}/streamed`)
  const buffered = await fetch(`${api}/buffered`)
  const own = await send(`${emulator.endpoint}/live/buffered`, {
    headers: { host: `${id}.execute-api.${REGION}.amazonaws.com` },
  })
  return {
    'metric-math-alarms': alarm.reason ?? alarm.status,
    'streamed-integrations': `${streamed.status} ${await streamed.text()}`,
    'no-awslambda': await buffered.text(),
    'own-address': `${own.status} ${await own.text()}`,
    'plain-http': await deployUnchanged(),
    'no-access-log': `${await eventsOf(emulator, 'probe-access-log')} events`,
    'no-renamed-headers': [...buffered.headers]
      .filter(([name]) => name.endsWith('www-authenticate'))
      .map(([name, value]) => `${name}: ${value}`)
      .join(),
  }
}

async function eventsOf(emulator: Emulator, logGroupName: string): Promise<number> {
  const logs = new CloudWatchLogsClient({
    endpoint: emulator.endpoint,
    region: REGION,
    credentials: emulator.operator,
  })
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }))
  logs.destroy()
  return events.length
}
