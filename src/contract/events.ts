/** `Source` of every event that the broker puts on the stack's bus. */
export const EVENT_SOURCE = 'sallyport'

/** `DetailType` of the events, as functions are granted to put them. */
export type EventType =
  | 'session.created'
  | 'session.refreshed'
  | 'session.reauthorization-required'
  | 'session.ended'
  | 'connection.failing'
  | 'connection.recovered'
