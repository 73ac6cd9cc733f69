import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { type AwsService, operation } from './aws-service.ts'

/** An event as rules match it and targets get it: the envelope of EventBridge, version 0. */
export interface BusEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

export interface EventBridgeOptions {
  /** The names of the buses that there are. */
  readonly buses: readonly string[]
  readonly account: string
  readonly region: string
  /** Is told of every event that a bus has taken. */
  readonly onEvent: (bus: string, event: BusEvent) => void
}

const entry = z.strictObject({
  EventBusName: z.string().min(1),
  Source: z.string().min(1),
  DetailType: z.string().min(1).max(128),
  Detail: z.string(),
  Time: z.number().optional(),
  Resources: z.array(z.string()).default([]),
})
type Entry = z.output<typeof entry>

/**
 * EventBridge as far as putting events takes it.
 *
 * @see [PutEvents](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html)
 */
export function eventBridgeService(options: EventBridgeOptions): AwsService {
  const { buses, account, region, onEvent } = options

  const put = ({ EventBusName, Source, DetailType, Detail, Time, Resources }: Entry) => {
    const bus = busName(EventBusName)
    if (!buses.includes(bus)) {
      return refused('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
    }
    const detail = jsonObject(Detail)
    if (!detail) return refused('MalformedDetail', 'Detail is malformed.')

    const id = randomUUID()
    const time = new Date(Time === undefined ? Date.now() : Time * 1000).toISOString()
    onEvent(bus, {
      version: '0',
      id,
      'detail-type': DetailType,
      source: Source,
      account,
      time: time.replace(/\.\d+Z$/, 'Z'),
      region,
      resources: Resources,
      detail,
    })
    return { EventId: id }
  }

  return {
    PutEvents: operation(
      z.object({ Entries: z.array(entry).min(1).max(10) }),
      ({ Entries: entries }) => {
        const results = entries.map(put)
        return {
          FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
          Entries: results,
        }
      },
    ),
  }
}

/** A bus may be called by its ARN. */
export function busName(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:.*:event-bus\//, '')
}

function refused(code: string, message: string) {
  return { ErrorCode: code, ErrorMessage: message }
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
