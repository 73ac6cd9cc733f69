import { describe, expect, it } from 'vitest'
import { liveSession } from '#core/session/live-session.ts'
import { aSession, NOW } from '../../../fixtures.ts'

const session = aSession({ expiresAt: NOW + 7_200, idleSeconds: 600 })

describe('liveSession', () => {
  it.each([
    ['was just used', session, NOW, { live: true, touchDue: false }],
    [
      'was used under a tenth of its idle limit ago',
      session,
      NOW + 59,
      { live: true, touchDue: false },
    ],
    ['was used a tenth of its idle limit ago', session, NOW + 60, { live: true, touchDue: true }],
    ['is a second short of idle', session, NOW + 599, { live: true, touchDue: true }],
    ['is idle', session, NOW + 600, { live: false, because: 'idle' }],
    [
      'has reached its absolute end, however busy',
      { ...session, lastUsedAt: NOW + 7_200 },
      NOW + 7_200,
      { live: false, because: 'absolute_end' },
    ],
    ['is ending', { ...session, status: 'ending' }, NOW, { live: false, because: 'status' }],
    [
      'needs the person',
      { ...session, status: 'reauthorization-required' },
      NOW,
      { live: false, because: 'status' },
    ],
  ] as const)('judges a session that %s', (_, judged, now, liveness) => {
    expect(liveSession(judged, now)).toEqual(liveness)
  })
})
