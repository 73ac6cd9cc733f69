import type { EventFields, EventLog } from '#core/event-log.ts'

/** A line as it was logged. */
export interface LoggedEvent {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields: EventFields
}

/** An event log that keeps its lines, to be read. */
export function recordingLog(): EventLog & { readonly lines: readonly LoggedEvent[] } {
  const lines: LoggedEvent[] = []
  const at =
    (level: LoggedEvent['level']) =>
    (event: string, fields: EventFields = {}) => {
      lines.push({ level, event, fields })
    }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}
