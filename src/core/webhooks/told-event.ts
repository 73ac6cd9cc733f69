import { EVENT_TYPES, type EventType } from '#core/events/broker-event.ts'

/** An event that came back from the bus. */
export interface ToldEvent {
  readonly id: string
  readonly type: EventType
  readonly occurredAt: string
  readonly app: string
  readonly connection: string
  readonly session?: string
  readonly reason?: string
}

const REQUIRED = ['id', 'type', 'occurredAt', 'app', 'connection'] as const
const OPTIONAL = ['session', 'reason'] as const
const FORM = /^[\w.:-]{1,128}$/

/**
 * The event that a message of the queue holds, of its known members alone; `undefined` for what is
 * none. Whoever else may put events on the bus cannot make the broker sign what it would not say.
 */
export function toldEvent(message: string): ToldEvent | undefined {
  const members = parsed(message)
  const isGood = (name: string) =>
    typeof members?.[name] === 'string' && FORM.test(members[name] as string)
  const isKnown = EVENT_TYPES.some((type) => type === members?.['type'])
  if (!members || !isKnown || !REQUIRED.every(isGood)) return undefined

  const names = [...REQUIRED, ...OPTIONAL.filter(isGood)]
  return Object.fromEntries(names.map((name) => [name, members[name]])) as unknown as ToldEvent
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
