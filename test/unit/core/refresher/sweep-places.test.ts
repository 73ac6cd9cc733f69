import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sweep } from '#core/refresher/sweep.ts'
import { Secret } from '#core/secret.ts'
import type { RefreshGrant } from '#core/tokens/refresh-answer.ts'
import { NOW } from '../../../fixtures.ts'
import { refresherWorld } from '../../../support/refresher-world.ts'

const SESSIONS = 24
const CONCURRENCY = 8

/** Opens once; who comes before waits, and is counted. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const counts = { waiting: 0, most: 0, passed: 0 }
  return {
    counts,
    open: () => open(),
    async pass() {
      counts.waiting += 1
      counts.most = Math.max(counts.most, counts.waiting)
      await opened
      await setImmediate()
      counts.waiting -= 1
      counts.passed += 1
    },
  }
}

/** A run over sessions whose EHR and whose store answer when the test says so. */
async function setup() {
  const rows = Array.from({ length: SESSIONS }, (_, index) => ({ id: `a-${index}` }))
  const { deps, instance, sessions } = await refresherWorld(rows)
  const ehr = gate()
  const store = gate()
  const refreshGrant: RefreshGrant = async ({ tokens: { refreshToken, ...others } }) => {
    await ehr.pass()
    const tokens = { ...others, ...(refreshToken && { refreshToken: new Secret('newer') }) }
    return { kind: 'granted', tokens, issuedAt: NOW, expiresAt: NOW + 3_600, scopes: [] }
  }
  const storeTokens: typeof sessions.storeTokens = async (...written) => {
    await store.pass()
    return sessions.storeTokens(...written)
  }
  const tokens = instance({ refreshGrant, sessions: { ...sessions, storeTokens } })
  const run = () =>
    sweep(
      { firstShard: 0, lastShard: 0, concurrency: CONCURRENCY, remainingMs: () => 90_000 },
      { ...deps, tokens, turn: () => setImmediate() },
    )
  return { run, ehr, store }
}

/** Long enough for all to have come as far as they can. */
async function settled() {
  for (let turns = 0; turns < 500; turns += 1) await setImmediate()
}

describe('sessions that a run works at once', () => {
  it('are at their EHR as many as it may work, and never more', async () => {
    const { run, ehr, store } = await setup()
    store.open()
    const running = run()
    await settled()
    expect(ehr.counts.waiting).toBe(CONCURRENCY)

    ehr.open()

    expect(await running).toMatchObject({ renewed: SESSIONS })
    expect(ehr.counts.most).toBe(CONCURRENCY)
  })

  it('seal and store beside those, a quarter more, and wait for a slow store so many', async () => {
    const { run, ehr, store } = await setup()
    ehr.open()
    const running = run()
    await settled()
    expect(store.counts.waiting).toBe(CONCURRENCY * 1.25)
    expect(ehr.counts.passed).toBe(CONCURRENCY * 1.25)

    store.open()

    expect(await running).toMatchObject({ renewed: SESSIONS })
    expect(store.counts.most).toBe(CONCURRENCY * 1.25)
  })
})
