import type { Emulator } from './emulator.ts'
import { callAws, textsOf } from './query-api.ts'

const POLL_ATTEMPTS = 120
const POLL_INTERVAL_MS = 250

/** What became of a stack of one template. */
export interface ProbedStack {
  readonly status: string
  /** Why the first of its resources failed, where one did. */
  readonly reason: string | undefined
  readonly outputs: Readonly<Record<string, string>>
}

/** Makes a stack by CloudFormation's own API, and waits for what becomes of it. */
export async function probeStack(
  emulator: Emulator,
  StackName: string,
  template: object,
): Promise<ProbedStack> {
  const call = (Action: string, parameters: Readonly<Record<string, string>> = {}) =>
    callAws(emulator, 'cloudformation', { Action, StackName, ...parameters })
  await call('CreateStack', {
    TemplateBody: JSON.stringify(template),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  })
  for (let attempt = 1; ; attempt += 1) {
    const stack = await call('DescribeStacks')
    const [status = ''] = textsOf(stack, 'StackStatus')
    if (!status.endsWith('_IN_PROGRESS')) {
      const [keys, values] = [textsOf(stack, 'OutputKey'), textsOf(stack, 'OutputValue')]
      const outputs = Object.fromEntries(keys.map((key, index) => [key, values[index] ?? '']))
      const events = await call('DescribeStackEvents')
      const failed = events.split('<member>').find((event) => event.includes('>CREATE_FAILED<'))
      const [reason] = textsOf(failed ?? '', 'ResourceStatusReason')
      return { status, reason, outputs }
    }
    if (attempt === POLL_ATTEMPTS) throw new Error(`${StackName} is still ${status}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}
