import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { EVENT_SOURCE } from '#contract/events.ts'
import type { EventBus } from '#core/events/broker-events.ts'

/** A request waits for its event no longer, repetitions included. */
const DEADLINE_MS = 2_000

export interface EventBridgeBusOptions {
  readonly client: EventBridgeClient
  readonly busName: string
  /** @default 2000 */
  readonly deadlineMs?: number
}

/** The stack's EventBridge bus. It needs `events:PutEvents` for the types of events that it puts. */
export function eventBridgeBus(options: EventBridgeBusOptions): EventBus {
  const { client, busName, deadlineMs = DEADLINE_MS } = options
  return {
    async put(event) {
      const { Entries } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: busName,
              Source: EVENT_SOURCE,
              DetailType: event.type,
              Detail: JSON.stringify(event),
            },
          ],
        }),
        { abortSignal: AbortSignal.timeout(deadlineMs) },
      )
      // An entry may be refused in an answer that is 200.
      const code = Entries?.[0]?.ErrorCode
      if (code !== undefined) throw Object.assign(new Error('event refused'), { name: code })
    },
  }
}
