import type { BusEvent } from './aws/event-bridge.ts'

/** The values that match, by member; nested as the event is. */
export interface EventPattern {
  readonly [member: string]: readonly string[] | EventPattern
}

/** A rule as its resource describes it. */
export interface RuleDefinition {
  /** Its logical id, as which it calls. */
  readonly caller: string
  readonly bus: string
  readonly pattern: EventPattern
  readonly targets: readonly {
    readonly queueUrl: string
    /** `$`, or the path of a member, `$.detail`. */
    readonly inputPath: string
  }[]
}

export interface EventRulesOptions {
  readonly rules: readonly RuleDefinition[]
  /** An AWS call in a rule's name, which is judged by the policies of what it calls. */
  readonly call: (
    caller: string,
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<object>
  /** Hears of an event that a target did not take. */
  readonly onLost: (rule: string, reason: string) => void
}

/**
 * The rules of EventBridge, for queues as targets. What a target refuses is lost at once: AWS would
 * try for a day, and a grant that lacks would lack all the while.
 *
 * @see [Event patterns](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html)
 */
export function eventRules({ rules, call, onLost }: EventRulesOptions) {
  return (bus: string, event: BusEvent): void => {
    for (const rule of rules) {
      if (rule.bus !== bus || !matches(event, rule.pattern)) continue
      for (const { queueUrl, inputPath } of rule.targets) {
        const input = {
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(memberAt(event, inputPath)),
        }
        call(rule.caller, 'sqs', 'SendMessage', input).catch((error: unknown) =>
          onLost(rule.caller, String(error)),
        )
      }
    }
  }
}

/** Every member of the pattern has to match; what the pattern does not name may be anything. */
function matches(value: unknown, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const actual = (value as Readonly<Record<string, unknown>> | undefined)?.[name]
    return isValues(wanted) ? wanted.some((one) => one === actual) : matches(actual, wanted)
  })
}

function isValues(wanted: readonly string[] | EventPattern): wanted is readonly string[] {
  return Array.isArray(wanted)
}

function memberAt(event: BusEvent, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>>)[name], event)
}
