import { describe, expect, it } from 'vitest'
import { memoryConnectionHealth } from '#adapters/memory/connection-health.ts'
import type { EventType, Happening } from '#core/events/broker-event.ts'
import { tellRenewals } from '#core/events/tell-renewals.ts'
import { aConnection, anApp, aRegistry, NOW } from '../../../fixtures.ts'
import { recordingMetrics } from '../../../support/recording-metrics.ts'

const connection = 'general-production'
const SESSION = { app: 'heartline', connection, session: 'session-key-hash' }
const REFRESHED = { event: 'session.refreshed', ...SESSION } as const
const FAILING = { event: 'connection.failing', connection, reason: 'client_refused' } as const

function setup(wanted: readonly EventType[] = ['session.ended']) {
  const told: Happening[] = []
  const clock = { time: NOW }
  const now = () => clock.time
  const health = memoryConnectionHealth(now)
  const metrics = recordingMetrics()
  const webhook = { url: 'https://heartline.example/hooks', secretRef: 'x', events: wanted }
  const instance = () =>
    tellRenewals({
      events: { emit: async (happening) => void told.push(happening) },
      health,
      registry: aRegistry({ apps: [anApp({ webhook })], connections: [aConnection()] }),
      metrics,
      now,
    })
  return { told, clock, metrics, instance, types: () => told.map(({ type }) => type) }
}

describe('renewals', () => {
  it('are told of one by one only where the app’s webhook lists them', async () => {
    const quiet = setup()
    await quiet.instance().tell(REFRESHED)
    const eager = setup(['session.refreshed'])
    await eager.instance().tell(REFRESHED)

    expect(quiet.told).toEqual([])
    expect(eager.told).toEqual([{ type: 'session.refreshed', ...SESSION }])
  })

  it('that ended in a refusal are told of, with the reason', async () => {
    const { told, instance } = setup()
    const event = 'session.reauthorization-required'
    await instance().tell({ event, ...SESSION, reason: 'invalid_grant' })

    expect(told).toEqual([{ type: event, ...SESSION, reason: 'invalid_grant' }])
  })

  it('are counted by connection and outcome', () => {
    const { metrics, instance } = setup()
    const { count } = instance()
    count({ count: 'refreshes', outcome: 'granted' }, connection)
    count({ count: 'waits' }, connection)
    count({ count: 'take-overs' }, connection)
    count({ count: 'second-path-uses' }, connection)

    expect(metrics.measures).toEqual([
      { name: 'Refreshes', connection, outcome: 'granted' },
      { name: 'RefreshWaits', connection },
      { name: 'RefreshTakeOvers', connection },
      { name: 'SecondPathUses', connection },
    ])
  })
})

describe('a connection', () => {
  it('that fails is told of once, however many instances see it, and so is its recovery', async () => {
    const { told, instance } = setup()
    const [one, other] = [instance(), instance()]
    await Promise.all([one.tell(FAILING), other.tell(FAILING)])
    const recovered = { event: 'connection.recovered', connection } as const
    await Promise.all([one.tell(recovered), other.tell(recovered)])

    expect(told).toEqual([
      { type: 'connection.failing', app: 'heartline', connection, reason: 'client_refused' },
      { type: 'connection.recovered', app: 'heartline', connection },
    ])
  })

  it('recovers by a renewal of an instance that never saw it fail', async () => {
    const { clock, instance, types } = setup()
    const other = instance()
    await other.tell(REFRESHED)
    await instance().tell(FAILING)
    await other.tell(REFRESHED)
    expect(types()).toEqual(['connection.failing'])

    clock.time += 60
    await other.tell(REFRESHED)
    await other.tell(REFRESHED)
    expect(types()).toEqual(['connection.failing', 'connection.recovered'])
  })
})
