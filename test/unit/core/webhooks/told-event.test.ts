import { describe, expect, it } from 'vitest'
import { toldEvent } from '#core/webhooks/told-event.ts'

const EVENT = {
  id: '4b6f0a3e-0c57-4a53-9a3c-6d1a54c1c001',
  type: 'session.ended',
  occurredAt: '2026-01-01T00:00:00.000Z',
  app: 'heartline',
  connection: 'general-production',
  session: 'session-key-hash',
  reason: 'app',
}

describe('an event from the queue', () => {
  it('is its known members, and nothing that somebody put beside them', () => {
    const message = JSON.stringify({ ...EVENT, patient: 'pat-1', SessionID: 'x' })

    expect(toldEvent(message)).toEqual(EVENT)
  })

  it.each([
    ['no JSON', 'x'],
    ['no object', 'null'],
    ['of a type that there is not', JSON.stringify({ ...EVENT, type: 'session.stolen' })],
    ['without an app', JSON.stringify({ ...EVENT, app: undefined })],
    ['with an id of another form', JSON.stringify({ ...EVENT, id: 'a\r\nb' })],
  ])('is none when it is %s', (_, message) => {
    expect(toldEvent(message)).toBeUndefined()
  })
})
